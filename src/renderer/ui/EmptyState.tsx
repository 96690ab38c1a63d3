/** What a view shows while it has nothing to show: what would be here, and how to begin. */
import type { ReactNode } from 'react';
import { Icon, type IconName } from './icons.tsx';

export interface EmptyStateProps {
  readonly icon: IconName;
  readonly title: string;
  readonly children?: ReactNode;
  readonly action?: ReactNode;
}

export function EmptyState({ icon, title, children, action }: EmptyStateProps) {
  return (
    <div className="empty-state">
      <Icon name={icon} />
      <h2>{title}</h2>
      {children !== undefined && <div className="empty-state-text">{children}</div>}
      {action}
    </div>
  );
}
