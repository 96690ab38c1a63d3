/** How far something is. */
export interface ProgressBarProps {
  /** 0 to 1; undefined when it cannot be known. */
  readonly fraction: number | undefined;
  readonly label: string;
}

export function ProgressBar({ fraction, label }: ProgressBarProps) {
  return (
    <progress className="progress" aria-label={label} max={1} {...(fraction !== undefined && { value: fraction })} />
  );
}
