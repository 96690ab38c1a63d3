/**
 * The reference as a SequenceModel: what sessions and tests use where no adapter is wanted. It takes one token after
 * the other, so cutting a text into chunks cannot change a result.
 */
import { EngineError } from '../api/errors.ts';
import { shiftLength, wkvLength, type ModelConfig } from '../rwkv7/config.ts';
import type { LiveState, LogitsWanted, SequenceModel, StateData } from '../rwkv7/sequenceModel.ts';
import { forward, logitsOf } from './forward.ts';
import type { ReferenceWeights } from './weights.ts';

/** A live state of the reference model: the numbers themselves, advanced in place. */
export interface ReferenceState extends LiveState, StateData {}

export interface ReferenceModelOptions {
  /** 64 hex digits, see SequenceModel. */
  readonly fingerprint: string;
  /** Most tokens per prefill; small by default, so that tests cross the borders of chunks. */
  readonly maxChunk?: number;
}

/** Wraps weights (`loadReferenceWeights`) as a model. All its work is done synchronously, before the promise is made. */
export function createReferenceModel(
  weights: ReferenceWeights,
  config: ModelConfig,
  { fingerprint, maxChunk = 64 }: ReferenceModelOptions,
): SequenceModel<ReferenceState> {
  const prefill = (state: ReferenceState, tokens: ArrayLike<number>, wanted: LogitsWanted) => {
    checkTokens(config, tokens, maxChunk); // all of them before the first advances the state
    const residuals = Array.from(tokens, (token) => forward(weights, config, state, token));
    const rows = residuals.slice(firstRow(wanted, tokens.length)).map((x) => logitsOf(weights, x));
    const logits = new Float32Array(rows.length * config.vocabularySize);
    rows.forEach((row, i) => logits.set(row, i * config.vocabularySize));
    return logits;
  };
  return {
    config,
    fingerprint,
    maxChunk,
    createState: () => liveState(new Float32Array(shiftLength(config)), new Float32Array(wkvLength(config))),
    forkState: ({ shift, wkv }) => liveState(shift.slice(), wkv.slice()),
    importState: (state, data) => {
      checkLengths(config, data);
      state.shift.set(data.shift);
      state.wkv.set(data.wkv);
    },
    exportState: ({ shift, wkv }) => Promise.resolve({ shift: shift.slice(), wkv: wkv.slice() }),
    prefill: async (state, tokens, wanted) => prefill(state, tokens, wanted),
    decode: async (state, token) => prefill(state, [token], 'last'),
    dispose: () => undefined,
  };
}

/** Nothing to release: the numbers are ordinary memory. */
const liveState = (shift: StateData['shift'], wkv: StateData['wkv']): ReferenceState => ({
  shift,
  wkv,
  dispose: () => undefined,
});

const firstRow = (wanted: LogitsWanted, rows: number): number => ({ none: rows, last: rows - 1, all: 0 })[wanted];

function checkTokens({ vocabularySize }: ModelConfig, tokens: ArrayLike<number>, maxChunk: number): void {
  if (tokens.length < 1 || tokens.length > maxChunk)
    throw new EngineError('invalid-argument', `A prefill takes 1 … ${maxChunk} tokens, not ${tokens.length}.`);
  const wrong = Array.from(tokens).find((token) => !Number.isInteger(token) || token < 0 || token >= vocabularySize);
  if (wrong !== undefined)
    throw new EngineError('invalid-argument', `Token ${wrong} is not in 0 … ${vocabularySize - 1}.`);
}

function checkLengths(config: ModelConfig, { shift, wkv }: StateData): void {
  if (shift.length !== shiftLength(config) || wkv.length !== wkvLength(config))
    throw new EngineError('invalid-argument', 'The state to import belongs to a model of another size.', {
      nextStep: 'Use the snapshot with the model that made it.',
    });
}
