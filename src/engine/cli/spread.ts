/** Repeated measurements of `anser bench`: the middle one and how far they lie apart. */

export interface Repetition {
  readonly repeat: number;
  readonly signal: AbortSignal;
}

/** Of the same measurement, in its unit. */
export interface Spread {
  readonly median: number;
  readonly min: number;
  readonly max: number;
}

/**
 * Measures `repeat` times after one that warms up.
 * @param measureOnce returns seconds
 * @throws the signal's reason
 */
export async function measured({ repeat, signal }: Repetition, measureOnce: () => Promise<number>): Promise<Spread> {
  await measureOnce();
  const seconds: number[] = [];
  for (let i = 0; i < repeat; i++) {
    signal.throwIfAborted();
    seconds.push(await measureOnce());
  }
  return spreadOf(seconds);
}

/** @param values at least one */
export function spreadOf(values: readonly number[]): Spread {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (index: number): number => sorted[index] ?? Number.NaN;
  return { median: at(Math.floor(sorted.length / 2)), min: at(0), max: at(sorted.length - 1) };
}

/** The times of doing `count` things, as things a second: the shortest time becomes the highest rate. */
export const ratesOf = (count: number, { median, min, max }: Spread): Spread => ({
  ...{ median: count / median, min: count / max, max: count / min },
});

export const secondsSince = (started: number): number => (performance.now() - started) / 1000;

/** Any tokens do: speed does not depend on them. All are bytes, which every vocabulary has. */
export const someTokens = (count: number): Uint32Array<ArrayBuffer> =>
  Uint32Array.from({ length: count }, (_, i) => 1 + ((i * 37) % 256));
