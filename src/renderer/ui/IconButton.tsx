/** A button that shows only an icon; its label is read aloud and shown as a tooltip. */
import type { ComponentProps } from 'react';
import { classNames } from './classNames.ts';
import { Icon, type IconName } from './icons.tsx';

export interface IconButtonProps extends Omit<ComponentProps<'button'>, 'children' | 'aria-label'> {
  readonly icon: IconName;
  readonly label: string;
  /** Keys that do the same, as the user reads them; shown in the tooltip. */
  readonly keys?: string | undefined;
}

export function IconButton({ icon, label, keys, type = 'button', className, ...rest }: IconButtonProps) {
  return (
    <button
      type={type}
      className={classNames('icon-button', className)}
      aria-label={label}
      title={keys === undefined ? label : `${label} (${keys})`}
      {...rest}
    >
      <Icon name={icon} />
    </button>
  );
}
