/** A small chart of speeds. It begins at zero, so that what is constant looks so. */
import { sparkPoints } from './sparkPoints.ts';

export interface SparklineProps {
  readonly values: readonly number[];
  readonly label: string;
}

const [WIDTH, HEIGHT] = [120, 28];

export function Sparkline({ values, label }: SparklineProps) {
  return (
    <svg
      className="sparkline"
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      preserveAspectRatio="none"
      role="img"
      aria-label={label}
    >
      <polyline points={sparkPoints(values, WIDTH, HEIGHT)} />
    </svg>
  );
}
