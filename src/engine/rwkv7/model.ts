/** The RWKV-7 model on WebGPU: weights, scratch memory and plans, behind the interface that sessions use. */
import { assert, EngineError } from '../api/errors.ts';
import { readBack, storageBuffer, type ReadRange } from '../gpu/buffers.ts';
import type { Gpu } from '../gpu/device.ts';
import { encodePlan, type PipelineCache, type Step } from '../gpu/kernel.ts';
import { profilePlan, type ProfiledStep } from '../gpu/profile.ts';
import { Patience } from '../gpu/patience.ts';
import { shiftLength, stateByteLength, wkvLength, type ModelConfig } from './config.ts';
import { BatchRunner, checkBatch } from './batch.ts';
import { buildForward, type ForwardPlans, type HeadSteps } from './forward.ts';
import { asDeviceSampler, DecodeRunner, MOST_STEPS, type DeviceSampler } from './decodeRun.ts';
import type { BatchState, DecodeRun, DecodeRuns, LogitsWanted, SequenceModel, StateData } from './sequenceModel.ts';
import { GpuState } from './state.ts';
import { checkProgress } from './wholeLayers.ts';
import type { LayerTiling } from '../kernels/decodeLayers.ts';
import type { ModelWeights } from './weights.ts';

/** Head sizes that the WKV kernel takes: its workgroup is one head, summed by a tree. */
const HEAD_SIZES = [4, 8, 16, 32, 64, 128];

export interface ModelParts {
  readonly gpu: Gpu;
  readonly cache: PipelineCache;
  readonly config: ModelConfig;
  readonly weights: ModelWeights;
  readonly fingerprint: string;
  /** Overrides the chunk chosen by adapter, for tests and benchmarks. */
  readonly maxChunk?: number;
  /** Overrides how a layer's rows are shared out in decoding, likewise. */
  readonly layerTiling?: LayerTiling;
}

/** @throws EngineError `model-unsupported` for a head size that no kernel takes. Checked before weights are loaded. */
export function checkSupported({ headSize }: ModelConfig): void {
  if (!HEAD_SIZES.includes(headSize))
    throw new EngineError(
      'model-unsupported',
      `Heads of ${headSize} are not supported (only ${HEAD_SIZES.join(', ')}).`,
    );
}

/** Compiles the plans and allocates scratch memory. The model owns `weights` from here on. */
export async function createModel(parts: ModelParts): Promise<Rwkv7Model> {
  const { gpu, cache, config, weights } = parts;
  checkSupported(config);
  const plans = await buildForward({
    gpu,
    cache,
    config,
    weights,
    maxChunk: parts.maxChunk,
    layerTiling: parts.layerTiling,
  });
  const logits = storageBuffer(gpu, 'logits', config.vocabularySize * 4);
  const head = await plans.head(logits);
  await gpu.device.queue.onSubmittedWorkDone();
  gpu.check();
  return new Rwkv7Model(parts, plans, { logits, head });
}

export class Rwkv7Model implements SequenceModel<GpuState> {
  readonly config: ModelConfig;
  readonly fingerprint: string;
  readonly maxChunk: number;
  readonly gpu: Gpu;
  readonly #weights: ModelWeights;
  readonly #plans: ForwardPlans;
  readonly #last: { readonly logits: GPUBuffer; readonly head: HeadSteps };
  /** Made when logits of all rows are first wanted: they are large. */
  #all: { readonly logits: GPUBuffer; readonly head: HeadSteps } | undefined;
  readonly #cache: PipelineCache;
  /** Made when runs are first wanted. */
  #runner: DecodeRunner | undefined;
  /** Made when a batch is first wanted. */
  #batches: BatchRunner | undefined;
  readonly #patience = new Patience();
  /** Runs share scratch memory: each starts when the one before has been read back, or at least submitted. */
  #turn: Promise<unknown> = Promise.resolve();

  constructor(parts: ModelParts, plans: ForwardPlans, last: { logits: GPUBuffer; head: HeadSteps }) {
    this.gpu = parts.gpu;
    this.config = parts.config;
    this.fingerprint = parts.fingerprint;
    this.maxChunk = plans.maxChunk;
    this.#weights = parts.weights;
    this.#plans = plans;
    this.#last = last;
    this.#cache = parts.cache;
  }

  /** Bytes of weights on the device. */
  get weightBytes(): number {
    return this.#weights.byteLength;
  }

  /** Bytes of one state. */
  get stateBytes(): number {
    return stateByteLength(this.config);
  }

  createState(): GpuState {
    const shift = storageBuffer(this.gpu, 'shift', shiftLength(this.config) * 4);
    const wkv = storageBuffer(this.gpu, 'wkv', wkvLength(this.config) * 4);
    return new GpuState(shift, wkv, this.#plans.stateSteps);
  }

  forkState(state: GpuState): GpuState {
    const copy = this.createState();
    this.#copyState(state, copy);
    return copy;
  }

  #copyState(from: GpuState, to: GpuState): void {
    const encoder = this.gpu.device.createCommandEncoder();
    encoder.copyBufferToBuffer(from.shift, 0, to.shift, 0, from.shift.size);
    encoder.copyBufferToBuffer(from.wkv, 0, to.wkv, 0, from.wkv.size);
    this.gpu.device.queue.submit([encoder.finish()]);
  }

  importState(state: GpuState, { shift, wkv }: StateData): void {
    assert(
      shift.length === shiftLength(this.config) && wkv.length === wkvLength(this.config),
      'state data of another layout',
    );
    this.gpu.device.queue.writeBuffer(state.shift, 0, shift);
    this.gpu.device.queue.writeBuffer(state.wkv, 0, wkv);
  }

  async exportState(state: GpuState): Promise<StateData> {
    this.gpu.check();
    const shiftBytes = shiftLength(this.config) * 4;
    const data = await readBack(this.gpu, [
      { buffer: state.shift, byteLength: shiftBytes },
      { buffer: state.wkv, byteLength: wkvLength(this.config) * 4 },
    ]);
    this.gpu.check();
    return { shift: data.slice(0, shiftBytes / 4), wkv: data.slice(shiftBytes / 4) };
  }

  prefill(state: GpuState, tokens: ArrayLike<number>, wanted: LogitsWanted): Promise<Float32Array<ArrayBuffer>> {
    return this.#inTurn(async () => {
      this.#checkTokens(tokens);
      const { maxRows } = this.#plans;
      if (wanted !== 'all' || tokens.length <= maxRows)
        return this.#run(state, this.#plans.prefill(tokens.length), tokens, wanted);
      const { vocabularySize } = this.config;
      const all = new Float32Array(tokens.length * vocabularySize);
      for (let at = 0; at < tokens.length; at += maxRows) {
        const part = Array.prototype.slice.call(tokens, at, at + maxRows) as number[];
        all.set(await this.#run(state, this.#plans.prefill(part.length), part, 'all'), at * vocabularySize);
      }
      return all;
    });
  }

  decode(state: GpuState, token: number): Promise<Float32Array<ArrayBuffer>> {
    return this.#inTurn(() => {
      this.#checkTokens([token]);
      return this.#run(state, this.#plans.decode, [token], 'last');
    });
  }

  createBatch(states: readonly GpuState[]): Promise<BatchState<GpuState>> {
    return this.#inTurn(async () => {
      this.gpu.check();
      checkBatch(this.gpu, this.config, states.length);
      this.#batches ??= await BatchRunner.create({
        ...{ gpu: this.gpu, cache: this.#cache, config: this.config, weights: this.#weights },
        host: {
          createState: () => this.createState(),
          checkVocabulary: (tokens) => {
            this.#checkVocabulary(tokens);
          },
          finish: (encoder, ranges, kind) => this.#finish(encoder, ranges, kind),
          inTurn: (job) => this.#inTurn(job),
        },
      });
      return this.#batches.createBatch(states);
    });
  }

  /** On a CPU adapter the round trip is nothing against a token, and a run would only delay cancelling. */
  get runs(): DecodeRuns<GpuState> | undefined {
    if (this.gpu.caps.isCpu) return undefined;
    return {
      mostSteps: MOST_STEPS,
      createSampler: (token, memory) =>
        this.#inTurn(async () => {
          this.#checkTokens([token]);
          this.gpu.check();
          return (await this.#decodeRunner()).createSampler(token, memory);
        }),
      decodeRun: (state, steps, sampler) => this.#decodeRun(state, steps, asDeviceSampler(sampler)),
      forkState: (state) => this.forkState(state),
      copyState: (from, to) => {
        this.#copyState(from, to);
      },
    };
  }

  #decodeRun(state: GpuState, steps: number, sampler: DeviceSampler): Promise<DecodeRun> {
    return this.#inTurn(async () => {
      this.gpu.check();
      const runner = await this.#decodeRunner();
      this.#writeRun(1, 1);
      return runner.submit(state, steps, sampler);
    });
  }

  async #decodeRunner(): Promise<DecodeRunner> {
    this.#runner ??= await DecodeRunner.create({
      gpu: this.gpu,
      cache: this.#cache,
      vocabularySize: this.config.vocabularySize,
      tokens: this.#plans.ends.tokens,
      logits: this.#last.logits,
      steps: [...this.#plans.decode, ...this.#last.head.decode],
      stalled: this.#plans.stalled,
    });
    return this.#runner;
  }

  /** Says what is to be run: so many tokens, and of them the last `rows` through the head. */
  #writeRun(tokens: number, rows: number): void {
    const { run, headRun } = this.#plans.ends;
    this.gpu.device.queue.writeBuffer(run, 0, new Uint32Array([tokens, 0]));
    this.gpu.device.queue.writeBuffer(headRun, 0, new Uint32Array([rows, tokens - rows]));
  }

  /** Times every dispatch of a decode, or of a prefill of so many tokens with the last one's logits. */
  profile(state: GpuState, tokens: number): Promise<ProfiledStep[]> {
    return this.#inTurn(() => {
      const decoding = tokens === 1;
      this.#writeRun(tokens, 1);
      const { decode, one } = this.#last.head;
      const steps = decoding ? [...this.#plans.decode, ...decode] : [...this.#plans.prefill(tokens), ...one];
      return profilePlan(this.gpu, steps, (index) => state.group(index), tokens);
    });
  }

  #inTurn<T>(job: () => Promise<T>): Promise<T> {
    const result = this.#turn.then(job);
    this.#turn = result.catch(() => undefined);
    return result;
  }

  async #run(
    state: GpuState,
    plan: readonly Step[],
    tokens: ArrayLike<number>,
    wanted: LogitsWanted,
  ): Promise<Float32Array<ArrayBuffer>> {
    const count = tokens.length;
    this.gpu.check();
    const rows = { none: 0, last: 1, all: count }[wanted];
    const { logits, head } = wanted === 'all' ? await this.#allRows() : this.#last;

    this.gpu.device.queue.writeBuffer(this.#plans.ends.tokens, 0, Uint32Array.from(tokens));
    this.#writeRun(count, rows);

    const encoder = this.gpu.device.createCommandEncoder();
    const pass = encoder.beginComputePass();
    const stateGroup = (index: number): GPUBindGroup => state.group(index);
    const decoding = plan === this.#plans.decode;
    encodePlan(pass, plan, stateGroup, count);
    if (rows > 0) encodePlan(pass, decoding ? head.decode : wanted === 'all' ? head.many : head.one, stateGroup, rows);
    pass.end();
    const kind = `${decoding ? 'decode' : 'prefill'} ${count} ${rows}`;
    const range = { buffer: logits, byteLength: rows * this.config.vocabularySize * 4 };
    const { stalled } = this.#plans;
    if (!decoding || !stalled) return this.#finish(encoder, rows > 0 ? [range] : [], kind);
    const read = await this.#finish(encoder, [range, { buffer: stalled, byteLength: 4 }], kind);
    checkProgress(this.gpu, new Uint32Array(read.buffer)[read.length - 1]);
    return read.slice(0, -1);
  }

  /** Submits, waits and reads the result; `kind` names runs that take about the same time. */
  async #finish(
    encoder: GPUCommandEncoder,
    ranges: readonly ReadRange[],
    kind: string,
  ): Promise<Float32Array<ArrayBuffer>> {
    let done = (): void => undefined;
    const pause = async (): Promise<void> => {
      if (this.gpu.caps.isCpu) done = await this.#patience.pause(kind);
    };
    let result = new Float32Array(0);
    if (ranges.length > 0) result = await readBack(this.gpu, ranges, encoder, pause);
    else {
      this.gpu.device.queue.submit([encoder.finish()]);
      await pause();
      await this.gpu.device.queue.onSubmittedWorkDone();
    }
    done();
    this.gpu.check();
    return result;
  }

  async #allRows(): Promise<{ logits: GPUBuffer; head: HeadSteps }> {
    if (!this.#all) {
      const logits = storageBuffer(this.gpu, 'all logits', this.#plans.maxRows * this.config.vocabularySize * 4);
      this.#all = { logits, head: await this.#plans.head(logits) };
    }
    return this.#all;
  }

  #checkTokens(tokens: ArrayLike<number>): void {
    assert(
      tokens.length >= 1 && tokens.length <= this.maxChunk,
      `a run of ${tokens.length} tokens (1 … ${this.maxChunk})`,
    );
    this.#checkVocabulary(tokens);
  }

  #checkVocabulary(tokens: ArrayLike<number>): void {
    for (let i = 0; i < tokens.length; i++) {
      const token = tokens[i] ?? -1;
      if (!Number.isInteger(token) || token < 0 || token >= this.config.vocabularySize)
        throw new EngineError(
          'invalid-argument',
          `Token ${token} is outside the model's vocabulary of ${this.config.vocabularySize}.`,
          {
            nextStep: 'Use the vocabulary that belongs to this model.',
          },
        );
    }
  }

  dispose(): void {
    this.#weights.destroy();
    this.#plans.destroy();
    this.#runner?.destroy();
    this.#batches?.destroy();
    this.#last.logits.destroy();
    this.#all?.logits.destroy();
  }
}
