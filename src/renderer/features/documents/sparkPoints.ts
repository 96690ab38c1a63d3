/** The line of a small chart: values from left to right, zero at the bottom, some room above the largest. */
const HEADROOM = 1.35;

export function sparkPoints(values: readonly number[], width: number, height: number): string {
  const shown = values.length === 1 ? [...values, ...values] : values;
  const top = Math.max(...shown, 0) * HEADROOM || 1;
  return shown
    .map((value, index) => `${round((index / (shown.length - 1)) * width)},${round(height * (1 - value / top))}`)
    .join(' ');
}

const round = (value: number): number => Math.round(value * 10) / 10;
