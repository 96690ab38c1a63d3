/**
 * The known-answer test of a model on an adapter: the same tokens through the GPU and through the plain reference.
 * It reads all weights as f32 into host memory, so it is for models that fit there.
 */
import type { WeightSource } from './formats/weightSource.ts';
import { createReferenceModel } from './reference/referenceModel.ts';
import { loadReferenceWeights } from './reference/weights.ts';
import { precisionsIn, type Precision, type UniformPrecision } from './rwkv7/precision.ts';
import type { LiveState, SequenceModel } from './rwkv7/sequenceModel.ts';

export interface SelfTestResult {
  readonly tolerance: number;
  /** Largest |GPU − reference| over the largest |reference|, of the last logits; prefill and decode. */
  readonly prefillError: number;
  readonly decodeError: number;
  /** The best token is the same on both. */
  readonly sameBestToken: boolean;
  readonly passed: boolean;
}

/**
 * How far weights that are kept so are from the reference, which takes them as they are in the file; a wrong kernel is far
 * outside, at about 1. Measured with the demo model (q8_0): as in the file 1.5e-7, f16 1.5e-4, int8 3.1e-3, int4 4.3e-2,
 * nf4 5.1e-2.
 */
const TOLERANCES: Readonly<Record<UniformPrecision, number>> = {
  ...{ source: 1e-3, f16: 1e-3, f32: 1e-3, q8_0: 3e-2, int8: 3e-2, nf4: 0.25, int4: 0.25 },
};

/** The largest difference that a model loaded in this precision may have from the reference. */
export const selfTestTolerance = (precision: Precision): number =>
  Math.max(...precisionsIn(precision).map((one) => TOLERANCES[one]));

/** Largest absolute difference over the largest absolute value; NaN where there is one. */
export function relativeMaxError(actual: Float32Array, expected: Float32Array): number {
  let difference = 0;
  let largest = 0;
  actual.forEach((value, i) => {
    const wanted = expected[i] ?? Number.NaN;
    // Math.max forgets nothing: one NaN stays NaN.
    difference = Math.max(difference, Math.abs(value - wanted));
    largest = Math.max(largest, Math.abs(wanted));
  });
  return difference / largest;
}

const best = (logits: Float32Array): number =>
  logits.reduce((top, value, i) => (value > (logits[top] ?? -Infinity) ? i : top), 0);

/**
 * Runs `tokens` (a dozen is enough) through both. `weights` is the open file that `model` was loaded from.
 * @param precision in which it was loaded
 */
export async function selfTest<S extends LiveState>(
  model: SequenceModel<S>,
  weights: WeightSource,
  tokens: readonly number[],
  precision: Precision = 'source',
): Promise<SelfTestResult> {
  const reference = createReferenceModel(await loadReferenceWeights(weights, model.config), model.config, {
    fingerprint: model.fingerprint,
  });
  const expected = await lastLogits(reference, tokens);
  const prefilled = await lastLogits(model, tokens);
  const decoded = await stepwiseLogits(model, tokens);
  const prefillError = relativeMaxError(prefilled, expected);
  const decodeError = relativeMaxError(decoded, expected);
  const sameBestToken = best(prefilled) === best(expected) && best(decoded) === best(expected);
  const tolerance = selfTestTolerance(precision);
  const passed = prefillError <= tolerance && decodeError <= tolerance;
  return { tolerance, prefillError, decodeError, sameBestToken, passed };
}

export interface ConsistencyResult {
  /** Largest |prefill − decode| over the largest |decode|, of the last logits. */
  readonly error: number;
  readonly passed: boolean;
}

/**
 * Prefill may round to f16 where decode does not (matrix units), and decode activations to eight bits in int8 and int4, which
 * may be a file's own form (`source`); a wrong kernel is far outside of either.
 */
const CONSISTENCY_TOLERANCES = { halves: 2e-2, integers: 0.1 } as const;
const INTEGERS: readonly UniformPrecision[] = ['source', 'int8', 'int4'];

/** The largest difference between prefill and decode of a model in this precision. */
export const consistencyTolerance = (precision: Precision): number =>
  CONSISTENCY_TOLERANCES[precisionsIn(precision).some((one) => INTEGERS.includes(one)) ? 'integers' : 'halves'];

/** Reads `tokens` at once and one by one and compares. Needs nothing of the file, so it is for models of any size. */
export async function consistencyTest<S extends LiveState>(
  model: SequenceModel<S>,
  tokens: readonly number[],
  precision: Precision,
): Promise<ConsistencyResult> {
  const [prefilled, decoded] = [await lastLogits(model, tokens), await stepwiseLogits(model, tokens)];
  const error = relativeMaxError(prefilled, decoded);
  // NaN where a logit is not finite, and where all are zero.
  return { error, passed: error <= consistencyTolerance(precision) };
}

/** The logits after all tokens, read in slices. */
const lastLogits = <S extends LiveState>(model: SequenceModel<S>, tokens: readonly number[]): Promise<Float32Array> =>
  inNewState(model, async (state) => {
    let logits = new Float32Array();
    for (let at = 0; at < tokens.length; at += model.maxChunk)
      logits = await model.prefill(state, tokens.slice(at, at + model.maxChunk), 'last');
    return logits;
  });

/** The logits after all tokens, read one by one. */
const stepwiseLogits = <S extends LiveState>(
  model: SequenceModel<S>,
  tokens: readonly number[],
): Promise<Float32Array> =>
  inNewState(model, async (state) => {
    let logits = new Float32Array();
    for (const token of tokens) logits = await model.decode(state, token);
    return logits;
  });

async function inNewState<S extends LiveState, T>(model: SequenceModel<S>, use: (state: S) => Promise<T>): Promise<T> {
  const state = model.createState();
  try {
    return await use(state);
  } finally {
    state.dispose();
  }
}
