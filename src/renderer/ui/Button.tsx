/** A button with words on it. */
import type { ComponentProps } from 'react';
import { classNames } from './classNames.ts';
import { Icon, type IconName } from './icons.tsx';

export interface ButtonProps extends ComponentProps<'button'> {
  /** `primary`: what the view is for, once a view; `danger`: it takes something away; `quiet`: without a frame. */
  readonly kind?: 'plain' | 'primary' | 'danger' | 'quiet';
  readonly icon?: IconName;
}

export function Button({ kind = 'plain', icon, type = 'button', className, children, ...rest }: ButtonProps) {
  return (
    <button type={type} className={classNames('button', `button-${kind}`, className)} {...rest}>
      {icon && <Icon name={icon} />}
      <span>{children}</span>
    </button>
  );
}
