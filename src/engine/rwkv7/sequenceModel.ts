/**
 * The narrow waist of the engine: a recurrent language model as sessions see it. Two makers: the WebGPU model
 * (`model.ts`) and the plain reference (`../reference/`), which tests use where no adapter is wanted.
 */
import type { SamplerMemory } from '../sampling/sampler.ts';
import type { ModelConfig } from './config.ts';

/** A state at rest: the numbers alone, f32. */
export interface StateData {
  /** [layers][2][width], row 0 time mix, row 1 channel mix: the previous token's normalised vectors. */
  readonly shift: Float32Array<ArrayBuffer>;
  /** [layers][heads][value][key]. */
  readonly wkv: Float32Array<ArrayBuffer>;
}

/** A live state, owned by whoever made it. Using it after `dispose` is a bug. */
export interface LiveState {
  dispose(): void;
}

/** Which rows of logits a prefill returns. */
export type LogitsWanted = 'none' | 'last' | 'all';

/** A run that was submitted: it has changed the state for whatever comes after, whether or not anyone waits for it. */
export interface DecodeRun {
  readonly steps: number;
  /**
   * `ids`: the token chosen after each step; the last one is not read yet. `logits`: [vocabularySize], after the last
   * token read, from which the last id was chosen.
   * @throws EngineError `self-test-failed`, `device-lost`, `invalid-argument` (all tokens banned)
   */
  readonly result: Promise<{ readonly ids: Uint32Array<ArrayBuffer>; readonly logits: Float32Array<ArrayBuffer> }>;
}

/** A sampler that chooses where the model runs. */
export interface RunSampler {
  dispose(): void;
}

/** Decoding many tokens at once, with the sampler where the model runs. */
export interface DecodeRuns<S extends LiveState> {
  /** The most steps of a run. */
  readonly mostSteps: number;
  /**
   * A sampler that goes on from `memory` with the same tokens as one on the host, but for scores within rounding. `token`,
   * chosen but not read, is the first that its runs read.
   */
  createSampler(token: number, memory: SamplerMemory): Promise<RunSampler>;
  /**
   * Submits `steps` times: read the token chosen last, choose the next one. Resolves when submitted, not when done: the
   * next run may be submitted before this one's result is there. The state gets the same bits as from `decode`.
   */
  decodeRun(state: S, steps: number, sampler: RunSampler): Promise<DecodeRun>;
  /** As the model's: after all runs submitted before. */
  forkState(state: S): S;
  /** Overwrites `to` with `from`, after all runs submitted before. */
  copyState(from: S, to: S): void;
}

/** The most sequences of a batch. */
export const MOST_SEQUENCES = 64;

/** Sequences that are decoded together, with states of their own inside of the batch. */
export interface BatchState<S extends LiveState> extends LiveState {
  /** Sequences in it. */
  readonly size: number;
  /**
   * Reads a token for each sequence and advances all states. `wanted`: the sequences whose logits are returned, in this
   * order; without it all are, and none are computed where it is empty. Returns logits [wanted][vocabularySize], equal to
   * those of `decode` within rounding.
   * @throws EngineError `invalid-argument` for another number of tokens than of sequences, for a token outside the
   * vocabulary and for a sequence that is not in the batch; the states are then as before
   */
  step(tokens: ArrayLike<number>, wanted?: readonly number[]): Promise<Float32Array<ArrayBuffer>>;
  /**
   * A copy of a sequence's state after all steps that have resolved. It belongs to the caller and outlives the batch.
   * @throws EngineError `invalid-argument` for a sequence that is not in the batch
   */
  store(index: number): S;
}

export interface SequenceModel<S extends LiveState = LiveState> {
  readonly config: ModelConfig;
  /** 64 hex digits that name weights, precision and layout: a snapshot fits only the model with the same fingerprint. */
  readonly fingerprint: string;
  /** The most tokens that one `prefill` call takes: the slice of the scheduler. */
  readonly maxChunk: number;
  /** A new state, all zero (the model has read nothing). */
  createState(): S;
  /** A copy that shares nothing with the original. */
  forkState(state: S): S;
  /** Overwrites `state` with `data`. */
  importState(state: S, data: StateData): void;
  exportState(state: S): Promise<StateData>;
  /**
   * Runs 1 … maxChunk tokens through the model and advances `state`. The result is bit-identical however a text is cut
   * into chunks. Returns logits [rows][vocabularySize] with rows = 0, 1 or tokens.length as wanted.
   */
  prefill(state: S, tokens: ArrayLike<number>, wanted: LogitsWanted): Promise<Float32Array<ArrayBuffer>>;
  /** Runs one token on the path that is fastest for one token; returns its logits [vocabularySize]. */
  decode(state: S, token: number): Promise<Float32Array<ArrayBuffer>>;
  /**
   * A batch of 1 … MOST_SEQUENCES sequences that go on from copies of `states`, which stay as they are; the same state may
   * stand there several times. It takes the bytes of so many states. Absent where a model decodes one sequence at a time
   * only.
   * @throws EngineError `invalid-argument` for another number of states, `out-of-memory` where the device cannot hold or
   * bind so many together
   */
  createBatch?(states: readonly S[]): Promise<BatchState<S>>;
  /** Absent where a token at a time is as fast. */
  readonly runs?: DecodeRuns<S> | undefined;
  dispose(): void;
}
