/** Damages files at random, the same way for the same seed. */

export interface Corruption {
  readonly label: string;
  readonly file: Uint8Array<ArrayBuffer>;
  /** True where a reader that accepts the file has overlooked something. */
  readonly mustFail: boolean;
}

/** A part of a file: [start, end). */
export type Range = readonly [start: number, end: number];

type Random = () => number;

/** Little-endian numbers that break careless arithmetic. */
// prettier-ignore
const EXTREMES: readonly (readonly number[])[] = [
  [0], [0xff], [0x7f], [0x80],
  [0xff, 0xff, 0xff, 0xff], [0xff, 0xff, 0xff, 0x7f], [0, 0, 0, 0x80], [0, 0, 0, 0],
  [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff], [0, 0, 0, 0, 0, 0, 0x20, 0], [0, 0, 0, 0, 1, 0, 0, 0], [0, 0, 0, 0, 0, 0, 0, 0],
];

const below = (random: Random, n: number): number => Math.floor(random() * n);

function placeIn(random: Random, ranges: readonly Range[]): number {
  const [start, end] = ranges[below(random, ranges.length)] ?? [0, 1];
  return start + below(random, Math.max(1, end - start));
}

function concatenated(...parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const out = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}

/** Cuts: at each of the first bytes, near the end, and anywhere. No format of ours survives one. */
export function* cuts(file: Uint8Array<ArrayBuffer>, random: Random, count: number): Generator<Corruption> {
  for (let i = 0; i < count; i++) {
    const length = i < count / 4 ? i : i < count / 2 ? file.length - 1 - (i % 64) : below(random, file.length);
    yield { label: `cut to ${length} bytes`, file: file.slice(0, length), mustFail: true };
  }
}

/** Up to three flipped bits or one extreme number in the given ranges; the reader may or may not notice. */
export function* damages(
  file: Uint8Array<ArrayBuffer>,
  ranges: readonly Range[],
  random: Random,
  count: number,
): Generator<Corruption> {
  for (let i = 0; i < count; i++) {
    const changed = file.slice();
    const places: number[] = [];
    if (i % 2 === 0) {
      for (let flips = 0; flips <= i % 3; flips++) {
        const at = placeIn(random, ranges);
        changed[at] = (changed[at] ?? 0) ^ (1 << below(random, 8));
        places.push(at);
      }
    } else {
      const at = placeIn(random, ranges);
      const extreme = EXTREMES[below(random, EXTREMES.length)] ?? [];
      changed.set(extreme.slice(0, file.length - at), at);
      places.push(at);
    }
    yield {
      label: `${i % 2 === 0 ? 'bits flipped' : 'an extreme number'} at ${places.join(', ')}`,
      file: changed,
      mustFail: false,
    };
  }
}

/** Bytes taken out, doubled or put in, so that all that follows is misplaced. */
export function* shifts(
  file: Uint8Array<ArrayBuffer>,
  ranges: readonly Range[],
  random: Random,
  count: number,
): Generator<Corruption> {
  for (let i = 0; i < count; i++) {
    const at = placeIn(random, ranges);
    const length = 1 + below(random, 40);
    const [head, part, tail] = [file.subarray(0, at), file.subarray(at, at + length), file.subarray(at + length)];
    const noise = part.map(() => below(random, 256));
    const parts =
      [
        [head, tail],
        [head, part, part, tail],
        [head, noise, part, tail],
        [head, noise, tail],
      ][i % 4] ?? [];
    const what = ['taken out', 'doubled', 'put in', 'overwritten'][i % 4] ?? '';
    yield { label: `${length} bytes ${what} at ${at}`, file: concatenated(...parts), mustFail: false };
  }
}
