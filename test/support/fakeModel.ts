/**
 * A toy in place of a language model: a recurrence whose every number depends on every token before, so that a state
 * which has seen one token too many is never mistaken for the right one. It counts its calls and its live states, can
 * be told what to say, and fails on demand. It shares no formula with RWKV.
 */
import type { ModelConfig } from '../../src/engine/rwkv7/config.ts';
import { shiftLength, wkvLength } from '../../src/engine/rwkv7/config.ts';
import type {
  DecodeRun,
  DecodeRuns,
  LiveState,
  RunSampler,
  SequenceModel,
  StateData,
} from '../../src/engine/rwkv7/sequenceModel.ts';
import { resumeSampler, type Sampler } from '../../src/engine/sampling/sampler.ts';

export interface FakeState extends LiveState {
  readonly shift: Float32Array<ArrayBuffer>;
  readonly wkv: Float32Array<ArrayBuffer>;
  disposed: boolean;
}

export interface FakeModelOptions {
  readonly vocabularySize?: number;
  readonly maxChunk?: number;
  readonly layers?: number;
  /** One hex digit, repeated 64 times. */
  readonly fingerprintDigit?: string;
  /** The token with by far the best logit after `position` tokens; undefined leaves it to the state. */
  readonly says?: (position: number) => number | undefined;
  /** Awaited before each prefill or decode changes the state. */
  readonly beforeCall?: (tokens: readonly number[]) => Promise<void> | void;
  /** Offer runs, too. Awaited before the result of each run is there; the state has changed when the run was submitted. */
  readonly beforeResult?: (run: number) => Promise<void> | void;
}

export interface FakeModel extends SequenceModel<FakeState> {
  /** Tokens of each prefill and decode, in order. */
  readonly calls: { readonly kind: 'prefill' | 'decode' | 'run'; readonly tokens: readonly number[] }[];
  readonly liveStates: () => number;
  /** Samplers of runs that were not disposed. */
  readonly liveSamplers: () => number;
}

interface FakeRunSampler extends RunSampler {
  readonly sampler: Sampler;
  token: number;
}

export function createFakeModel(options: FakeModelOptions = {}): FakeModel {
  const { vocabularySize = 300, maxChunk = 4, layers = 2, fingerprintDigit = 'a', says, beforeCall } = options;
  const config: ModelConfig = {
    ...{ layers, width: 4, heads: 2, headSize: 2, ffnWidth: 16, vocabularySize },
    ranks: { decay: 1, iclr: 1, value: 1, gate: 1 },
    hasEmbeddingNorm: true,
  };
  const calls: FakeModel['calls'] = [];
  let live = 0;
  const make = (shift: FakeState['shift'], wkv: FakeState['wkv']): FakeState => {
    live++;
    return {
      ...{ shift, wkv, disposed: false },
      dispose() {
        checkLive(this);
        this.disposed = true;
        live--;
      },
    };
  };
  const call = async (
    kind: 'prefill' | 'decode',
    state: FakeState,
    list: ArrayLike<number>,
  ): Promise<Float32Array<ArrayBuffer>> => {
    const tokens = Array.from(list);
    checkLive(state);
    calls.push({ kind, tokens });
    await beforeCall?.(tokens);
    checkLive(state);
    for (const token of tokens) step(state, token);
    return logitsAfter(state, vocabularySize, says);
  };
  let samplers = 0;
  let runCount = 0;
  const forkState = (state: FakeState): FakeState => {
    checkLive(state);
    return make(state.shift.slice(), state.wkv.slice());
  };
  const decodeRun = (state: FakeState, steps: number, own: FakeRunSampler): DecodeRun => {
    checkLive(state);
    const read: number[] = [];
    let logits = new Float32Array();
    const ids = Uint32Array.from({ length: steps }, () => {
      read.push(own.token);
      step(state, own.token);
      logits = logitsAfter(state, vocabularySize, says);
      own.token = own.sampler.sample(logits);
      own.sampler.accept(own.token);
      return own.token;
    });
    calls.push({ kind: 'run', tokens: read });
    const result = Promise.resolve(options.beforeResult?.(++runCount)).then(() => ({ ids, logits }));
    result.catch(() => undefined);
    return { steps, result };
  };
  const runs: DecodeRuns<FakeState> = {
    mostSteps: 16,
    createSampler: (token, memory) => {
      samplers++;
      const own: FakeRunSampler = { token, sampler: resumeSampler(memory), dispose: () => (samplers -= 1) };
      return Promise.resolve(own);
    },
    decodeRun: (state, steps, own) => Promise.resolve(decodeRun(state, steps, own as FakeRunSampler)),
    forkState,
    copyState: (from, to) => {
      checkLive(from);
      checkLive(to);
      to.shift.set(from.shift);
      to.wkv.set(from.wkv);
    },
  };
  return {
    runs: options.beforeResult && runs,
    liveSamplers: () => samplers,
    config,
    fingerprint: fingerprintDigit.repeat(64),
    maxChunk,
    calls,
    liveStates: () => live,
    createState: () => make(new Float32Array(shiftLength(config)), new Float32Array(wkvLength(config))),
    forkState,
    importState: (state, data) => {
      state.shift.set(data.shift);
      state.wkv.set(data.wkv);
    },
    exportState: ({ shift, wkv }: StateData) => Promise.resolve({ shift: shift.slice(), wkv: wkv.slice() }),
    prefill: async (state, tokens, wanted) => {
      if (tokens.length < 1 || tokens.length > maxChunk) throw new RangeError(`${tokens.length} tokens in one prefill`);
      const logits = await call('prefill', state, tokens);
      return wanted === 'last' ? logits : new Float32Array();
    },
    decode: (state, token) => call('decode', state, [token]),
    dispose: () => undefined,
  };
}

/** wkv[0] counts the tokens, for `says`. */
function step({ shift, wkv }: FakeState, token: number): void {
  const position = (wkv[0] ?? 0) + 1;
  for (const numbers of [shift, wkv])
    for (let i = 0; i < numbers.length; i++)
      numbers[i] = 0.75 * (numbers[i] ?? 0) + noise(token, i + numbers.length * (position % 7));
  wkv[0] = position;
}

function logitsAfter(
  { shift, wkv }: FakeState,
  vocabularySize: number,
  says: FakeModelOptions['says'],
): Float32Array<ArrayBuffer> {
  const memory = [...shift, ...wkv].reduce((sum, x, i) => sum + x * (i + 1), 0);
  const logits = Float32Array.from({ length: vocabularySize }, (_, token) => noise(Math.round(memory * 1e4), token));
  const said = says?.(wkv[0] ?? 0);
  if (said !== undefined) logits[said] = 100;
  return logits;
}

/** A number in [0, 1) from two integers. */
function noise(a: number, b: number): number {
  let x = Math.imul(a + 0x9e3779b9, 0x85ebca6b) ^ Math.imul(b + 1, 0xc2b2ae35);
  x = Math.imul(x ^ (x >>> 15), 0x2c1b3c6d);
  return ((x ^ (x >>> 13)) >>> 0) / 2 ** 32;
}

function checkLive(state: FakeState): void {
  if (state.disposed) throw new Error('the state was disposed before');
}
