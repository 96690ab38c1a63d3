/** A short word on something's condition. The colour only repeats what the word says. */
export interface BadgeProps {
  readonly tone: 'plain' | 'good' | 'warn' | 'bad' | 'accent';
  readonly children: string;
}

export function Badge({ tone, children }: BadgeProps) {
  return <span className={`badge badge-${tone}`}>{children}</span>;
}
