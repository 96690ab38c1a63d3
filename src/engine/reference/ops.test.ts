/** The operations against hand-worked numbers, and the WKV recurrence against its chunk form in float64. */
import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../../test/support/randomModel.ts';
import { normal } from '../../../test/support/randomWeights.ts';
import {
  bonus,
  decay,
  groupNorm,
  layerNorm,
  lowRank,
  matVec,
  normaliseHeads,
  perHead,
  reluSquared,
  scaleKey,
  sigmoid,
  tokenShift,
  wkvStep,
  type Vector,
} from './ops.ts';

const f32 = (...numbers: number[]): Vector => Float32Array.from(numbers);
const expectClose = (actual: ArrayLike<number>, expected: readonly number[]): void => {
  expect(actual).toHaveLength(expected.length);
  expected.forEach((value, i) => expect(actual[i]).toBeCloseTo(value, 6));
};

describe('element-wise operations', () => {
  it('sigmoid and decay hold at both ends', () => {
    expect([sigmoid(0), sigmoid(-1000), sigmoid(1000)]).toEqual([0.5, 0, 1]);
    expect(decay(-1000)).toBe(1);
    expect(decay(1000)).toBeCloseTo(0.545239, 6);
    expect(decay(-8)).toBeCloseTo(0.9997966, 7);
  });

  it('relu is squared', () => expect([-2, 0, 3].map(reluSquared)).toEqual([0, 0, 9]));

  it('the token shift goes from h (0) to the previous vector (1)', () =>
    expectClose(tokenShift(f32(1, 1, 1), f32(3, 3, 3), f32(0, 0.5, 1)), [1, 2, 3]));

  it('the key keeps its size at a = 1 and loses k_a of it at a = 0', () =>
    expectClose(scaleKey(f32(2, 2), f32(1, 0), f32(0.25, 0.25)), [2, 1.5]));
});

describe('matrices', () => {
  it('are [out][in]', () => expectClose(matVec(f32(1, 2, 3, 4, 5, 6), f32(1, 0, -1)), [-2, -2]));

  it('low-rank adapters go down, through f, and up', () =>
    expectClose(
      lowRank(f32(1, 2), f32(1, 1), f32(1, 10, 100), (x) => x * x),
      [9, 90, 900],
    ));
});

describe('norms', () => {
  it('layer norm divides by the population deviation', () => {
    const scale = 1 / Math.sqrt(1 + 1e-5);
    expectClose(layerNorm(f32(1, 3), f32(2, 2), f32(0, 1)), [-2 * scale, 2 * scale + 1]);
  });

  it('group norm treats each head alone, with its own ε of 64e-5', () => {
    const small = 0.01 / Math.sqrt(0.01 ** 2 + 64e-5);
    const large = 100 / Math.sqrt(100 ** 2 + 64e-5);
    expectClose(groupNorm(f32(-0.01, 0.01, -100, 100), 2, f32(1, 1, 1, 1), f32(0, 0, 0, 0)), [
      -small,
      small,
      -large,
      large,
    ]);
  });

  it('the removal key has length 1 in each head; a zero stays zero', () =>
    expectClose(normaliseHeads(f32(3, 4, 0, 0), 2), [0.6, 0.8, 0, 0]));
});

describe('heads', () => {
  it('perHead hands out consecutive channels and joins in order', () =>
    expectClose(
      perHead(2, (own) => own(f32(1, 2, 3, 4)).map((x) => -x)),
      [-1, -2, -3, -4],
    ));

  it('bonus weighs v by Σ r·k·r_k', () => expectClose(bonus(f32(1, 2), f32(3, 4), f32(1, 0.5), f32(1, -1)), [7, -7]));
});

describe('wkv', () => {
  it('removes along the key with the old state, decays, writes, then reads', () => {
    const state = f32(1, 2, 3, 4);
    const y = wkvStep(state, {
      r: f32(1, 1),
      w: f32(0.5, 1),
      k: f32(0, 1),
      v: f32(10, 20),
      removal: f32(1, 0),
      rate: f32(0.25, 1),
    });
    expectClose(state, [0.5 - 0.25, 2 + 10, 1.5 - 0.75, 4 + 20]);
    expectClose(y, [12.25, 24.75]);
  });

  it.each(['random', 'fastest decay', 'the same key each token'] as const)('agrees with the chunk form: %s', (kind) => {
    const size = 16;
    const inputs = randomInputs(kind, 32, size);
    const random = seededRandom(9);
    const start = Array.from({ length: size }, () => Array.from({ length: size }, () => normal(random)));
    const state = Float32Array.from(start.flat());
    const outputs = inputs.map((row) =>
      wkvStep(state, {
        r: f32(...row.r),
        w: f32(...row.w),
        k: f32(...row.k),
        v: f32(...row.v),
        removal: f32(...row.removal),
        rate: f32(...row.rate),
      }),
    );
    const chunk = wkvChunk(start, inputs);
    expect(
      relativeError(
        outputs.flatMap((y) => [...y]),
        chunk.outputs.flat(),
      ),
    ).toBeLessThan(5e-6);
    expect(relativeError([...state], chunk.state.flat())).toBeLessThan(5e-6);
  });
});

interface Inputs {
  readonly r: number[];
  readonly w: number[];
  readonly k: number[];
  readonly v: number[];
  readonly removal: number[];
  readonly rate: number[];
}

function randomInputs(
  kind: 'random' | 'fastest decay' | 'the same key each token',
  count: number,
  size: number,
): Inputs[] {
  const random = seededRandom(8);
  const vector = (scale = 1): number[] => Array.from({ length: size }, () => scale * normal(random));
  const unit = (x: number[]): number[] => x.map((value) => value / Math.hypot(...x));
  const fixed = unit(vector());
  return Array.from({ length: count }, () => {
    const own = { r: vector(), k: vector(), v: vector(), removal: unit(vector()), rate: vector(2).map(sigmoid) };
    const logits = vector(3).map((x) => x - 1);
    if (kind === 'random') return { ...own, w: logits.map(decay) };
    if (kind === 'fastest decay') return { ...own, w: logits.map(() => decay(12)) };
    return { ...own, removal: fixed, rate: fixed.map(() => 1), w: fixed.map(() => 0.9999) };
  });
}

/**
 * The whole text as one chunk: every u_t = S_(t−1)·(−κ_t) by forward substitution, with ratios of cumulated decays and
 * without ever forming a state but the last (UT form; Peng et al. 2025, appendix on the chunk-wise computation).
 *
 *     S_t = S_0·diag(P_t) + Σ_(s≤t) (v_s k_sᵀ + u_s b_sᵀ)·diag(P_t / P_s),  b = κ ∘ a,  P_t = Π_(s≤t) w_s
 */
function wkvChunk(start: readonly number[][], inputs: readonly Inputs[]): { outputs: number[][]; state: number[][] } {
  const size = start.length;
  const product: number[][] = [];
  let running = Array.from({ length: size }, () => 1);
  for (const { w } of inputs) product.push((running = running.map((p, q) => p * num(w[q]))));
  const decayed = (x: readonly number[], t: number): number[] => x.map((value, q) => value * num(product[t]?.[q] ?? 1));
  /** Σ_q left[q]·right[q]·P_t[q]/P_s[q], with P_(−1) = 1. */
  const between = (left: number[], right: number[], t: number, s: number): number =>
    left.reduce((sum, x, q) => sum + x * num(right[q]) * (num(product[t]?.[q] ?? 1) / num(product[s]?.[q])), 0);

  const us: number[][] = [];
  const written = inputs.map(({ removal, rate }) => removal.map((x, q) => x * num(rate[q])));
  /** x read against the state after token t, for every row p. */
  const readAt = (x: number[], t: number): number[] =>
    start.map((row, p) => {
      let sum = decayed(row, t).reduce((total, value, q) => total + value * num(x[q]), 0);
      for (let s = 0; s <= t; s++) {
        sum += num(inputs[s]?.v[p]) * between(x, inputs[s]?.k ?? [], t, s);
        sum += num(us[s]?.[p]) * between(x, written[s] ?? [], t, s);
      }
      return sum;
    });
  inputs.forEach(({ removal }, t) =>
    us.push(
      readAt(
        removal.map((x) => -x),
        t - 1,
      ),
    ),
  );
  const unitVectors = start.map((_, q) => start.map((__, i) => (i === q ? 1 : 0)));
  const columns = unitVectors.map((unit) => readAt(unit, inputs.length - 1));
  return {
    outputs: inputs.map(({ r }, t) => readAt(r, t)),
    state: start.map((_, p) => columns.map((column) => num(column[p]))),
  };
}

const num = (x: number | undefined): number => x ?? Number.NaN;

const relativeError = (actual: readonly number[], expected: readonly number[]): number =>
  Math.max(...actual.map((x, i) => Math.abs(x - num(expected[i])))) / Math.max(...expected.map(Math.abs));
