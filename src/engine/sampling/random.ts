/**
 * The random numbers of sampling: xoshiro128** 1.1 (D. Blackman, S. Vigna 2018), seeded by SplitMix32. Same seed, same
 * numbers, on every machine; the state is four numbers that can be kept and taken up again. Not for secrets.
 */
import { EngineError } from '../api/errors.ts';

/** The state of a generator: four u32, not all zero. */
export type RandomState = readonly [number, number, number, number];

export class Random {
  readonly #state: Uint32Array<ArrayBuffer>;

  private constructor(state: Uint32Array<ArrayBuffer>) {
    this.#state = state;
  }

  /**
   * @param seed Any safe integer; seeds that differ give streams that differ.
   * @throws EngineError `invalid-argument`
   */
  static fromSeed(seed: number): Random {
    if (!Number.isSafeInteger(seed)) throw invalid(`The seed ${seed} is not a whole number within ±2^53.`);
    const low = seed >>> 0;
    const high = Math.floor(seed / 2 ** 32) >>> 0;
    // Two words of each half: by SplitMix's bijection no two of them can be zero together, and seeds stay apart.
    return new Random(Uint32Array.of(splitMix32(low, 1), splitMix32(low, 2), splitMix32(high, 3), splitMix32(high, 4)));
  }

  /** @throws EngineError `invalid-argument` when `state` is not four u32, or all zero, where the generator would stand still */
  static fromState(state: RandomState): Random {
    const words = Uint32Array.from(state);
    const sound = words.length === 4 && words.every((word, i) => word === state[i]) && words.some((word) => word !== 0);
    if (!sound)
      throw invalid('The state of the random generator is not four whole numbers below 2^32, or all of them are 0.');
    return new Random(words);
  }

  get state(): RandomState {
    const [a = 0, b = 0, c = 0, d = 0] = this.#state;
    return [a, b, c, d];
  }

  /** The next 32 random bits, as a u32. */
  nextUint32(): number {
    const [a, b, c, d] = this.state;
    const result = Math.imul(rotateLeft(Math.imul(b, 5), 7), 9) >>> 0;
    const mixedC = c ^ a;
    const mixedD = d ^ b;
    this.#state[0] = a ^ mixedD;
    this.#state[1] = b ^ mixedC;
    this.#state[2] = mixedC ^ (b << 9);
    this.#state[3] = rotateLeft(mixedD, 11);
    return result;
  }

  /** A number in [0, 1), a multiple of 2^-53. */
  next(): number {
    const high = this.nextUint32() >>> 5;
    const low = this.nextUint32() >>> 6;
    return (high * 2 ** 26 + low) / 2 ** 53;
  }
}

const rotateLeft = (word: number, bits: number): number => (word << bits) | (word >>> (32 - bits));

/** Word `index` of SplitMix32's stream for `seed`: the golden-ratio sequence through MurmurHash3's finaliser. */
function splitMix32(seed: number, index: number): number {
  let z = (seed + Math.imul(index, 0x9e3779b9)) | 0;
  z = Math.imul(z ^ (z >>> 16), 0x85ebca6b);
  z = Math.imul(z ^ (z >>> 13), 0xc2b2ae35);
  return (z ^ (z >>> 16)) >>> 0;
}

const invalid = (message: string): EngineError => new EngineError('invalid-argument', message);
