/**
 * Decoding many sequences at once: their tokens are the rows of the products of a prefill (on matrix units, where model and
 * adapter fit), so that weights are read once for all, and each row's token shift and WKV go on from its own sequence's
 * state. Made when a batch is first wanted.
 */
import { EngineError } from '../api/errors.ts';
import { destroyBuffers, storageBuffer, UniformArena, type ReadRange } from '../gpu/buffers.ts';
import { outOfMemory, type Gpu } from '../gpu/device.ts';
import { encodePlan, type PipelineCache, type Step } from '../gpu/kernel.ts';
import { shiftLength, stateByteLength, wkvLength, type ModelConfig } from './config.ts';
import { createEnds, type Ends } from './ends.ts';
import { ManySequences } from './manySequences.ts';
import { buildPlainPlan } from './plainPlan.ts';
import { createPlainScratch } from './scratch.ts';
import { MOST_SEQUENCES, type BatchState } from './sequenceModel.ts';
import { GpuState } from './state.ts';
import { StateSteps } from './stateSteps.ts';
import { buildUnitsBatchPlan, type UnitsPlanParts } from './unitsPlan.ts';
import { unitsChunk } from './unitsScratch.ts';
import type { ModelWeights } from './weights.ts';

/** What batches share with the rest of the model. */
export interface BatchHost {
  createState(): GpuState;
  /** @throws EngineError `invalid-argument` for a token outside the vocabulary */
  checkVocabulary(tokens: ArrayLike<number>): void;
  /** Submits, waits and reads the ranges; `kind` names runs that take about the same time. */
  finish(encoder: GPUCommandEncoder, ranges: readonly ReadRange[], kind: string): Promise<Float32Array<ArrayBuffer>>;
  /** Runs share scratch memory: each waits for those before. */
  inTurn<T>(job: () => Promise<T>): Promise<T>;
}

export interface BatchParts {
  readonly gpu: Gpu;
  readonly cache: PipelineCache;
  readonly config: ModelConfig;
  readonly weights: ModelWeights;
  readonly host: BatchHost;
}

/** The steps of a run, for one sequence and for more, and the memory that all batches of a model share. */
interface BatchPlan {
  readonly ends: Ends;
  /** [MOST_SEQUENCES][vocabularySize] */
  readonly logits: GPUBuffer;
  readonly stateSteps: StateSteps;
  readonly one: readonly Step[];
  readonly many: readonly Step[];
  readonly head: { readonly one: readonly Step[]; readonly many: readonly Step[] };
  destroy(): void;
}

async function buildBatchPlan({ gpu, cache, config, weights }: BatchParts): Promise<BatchPlan> {
  const unitChunk = unitsChunk(gpu, config, weights, MOST_SEQUENCES);
  const chunk = Math.max(unitChunk, MOST_SEQUENCES);
  const shapes = new UniformArena(gpu);
  const stateSteps = new StateSteps(gpu);
  const parts = { gpu, cache, config, weights, shapes, stateSteps, chunk };
  const logits = storageBuffer(gpu, 'batch logits', 4 * MOST_SEQUENCES * config.vocabularySize);
  const ends = await createEnds(parts);
  const layers = await (unitChunk > 0 ? unitsLayers({ ...parts, ends }) : plainLayers({ ...parts, ends }));
  const head = await ends.head(logits);
  shapes.upload();
  return {
    ...{ ends, logits, stateSteps, head, one: layers.one, many: layers.many },
    destroy: () => {
      shapes.destroy();
      ends.destroy();
      layers.destroy();
      logits.destroy();
    },
  };
}

type Layers = Pick<BatchPlan, 'one' | 'many' | 'destroy'>;

/** Products on matrix units, also for one sequence: the plan's scratch serves them all. */
async function unitsLayers(parts: UnitsPlanParts): Promise<Layers> {
  const { steps, destroy } = await buildUnitsBatchPlan(parts);
  return { one: steps(1), many: steps(MOST_SEQUENCES), destroy };
}

/** Products that any adapter runs. */
async function plainLayers(parts: UnitsPlanParts): Promise<Layers> {
  const { gpu, config, chunk } = parts;
  const scratch = createPlainScratch(gpu, config, chunk);
  const y = storageBuffer(gpu, 'batch y', 4 * chunk * config.width);
  const bonus = storageBuffer(gpu, 'batch bonus', 4 * chunk * config.heads);
  const recurrence = new ManySequences({ ...parts, maxChunk: chunk, scratch, y, bonus });
  const { decode, prefill } = await buildPlainPlan({ ...parts, maxChunk: chunk, scratch, recurrence });
  return {
    ...{ one: decode, many: prefill },
    destroy: () => {
      destroyBuffers({ ...scratch, y, bonus });
    },
  };
}

/** Makes the batches of a model. */
export class BatchRunner {
  readonly #parts: BatchParts;
  readonly #plan: BatchPlan;

  private constructor(parts: BatchParts, plan: BatchPlan) {
    this.#parts = parts;
    this.#plan = plan;
  }

  static async create(parts: BatchParts): Promise<BatchRunner> {
    return new BatchRunner(parts, await buildBatchPlan(parts));
  }

  /** As `SequenceModel.createBatch`, whose count of states has been checked. */
  async createBatch(states: readonly GpuState[]): Promise<GpuBatch> {
    const { device } = this.#parts.gpu;
    // Asking for too much must not count as a failure of the model.
    device.pushErrorScope('out-of-memory');
    const batch = new GpuBatch(this.#parts, this.#plan, states);
    const error = await device.popErrorScope();
    if (!error) return batch;
    batch.dispose();
    throw outOfMemory(error.message);
  }

  destroy(): void {
    this.#plan.destroy();
  }
}

/** @throws EngineError `invalid-argument` for a number of sequences that no batch has, `out-of-memory` for too many bytes */
export function checkBatch({ caps }: Gpu, config: ModelConfig, sequences: number): void {
  if (sequences < 1 || sequences > MOST_SEQUENCES)
    throw new EngineError('invalid-argument', `A batch has 1 to ${MOST_SEQUENCES} sequences, not ${sequences}.`);
  const shiftBytes = 4 * sequences * shiftLength(config);
  const wkvBytes = 4 * sequences * wkvLength(config);
  const fits =
    Math.max(shiftBytes, wkvBytes / config.layers) <= caps.maxBindingSize &&
    Math.max(shiftBytes, wkvBytes) <= caps.maxBufferSize;
  if (!fits)
    throw new EngineError(
      'out-of-memory',
      `${sequences} states of ${stateByteLength(config)} bytes are more than the graphics device takes at once.`,
      { nextStep: 'Use smaller batches.' },
    );
}

/** The states of a batch on the device, side by side; laid out as `ManySequences` says. */
class GpuBatch implements BatchState<GpuState> {
  readonly size: number;
  readonly #parts: BatchParts;
  readonly #plan: BatchPlan;
  readonly #states: GpuState;

  /** Copies `states`, after everything submitted before. */
  constructor(parts: BatchParts, plan: BatchPlan, states: readonly GpuState[]) {
    const { gpu, config } = parts;
    this.size = states.length;
    this.#parts = parts;
    this.#plan = plan;
    this.#states = new GpuState(
      storageBuffer(gpu, 'batch shift', 4 * this.size * shiftLength(config)),
      storageBuffer(gpu, 'batch wkv', 4 * this.size * wkvLength(config)),
      plan.stateSteps,
    );
    const encoder = gpu.device.createCommandEncoder();
    for (const [index, state] of states.entries())
      this.#eachPart(index, ({ own, ownAt, single, singleAt, bytes }) => {
        encoder.copyBufferToBuffer(state[single], singleAt, own, ownAt, bytes);
      });
    gpu.device.queue.submit([encoder.finish()]);
  }

  step(
    tokens: ArrayLike<number>,
    wanted: readonly number[] = Array.from({ length: this.size }, (_, i) => i),
  ): Promise<Float32Array<ArrayBuffer>> {
    const { gpu, config, host } = this.#parts;
    return host.inTurn(() => {
      gpu.check();
      if (tokens.length !== this.size)
        throw new EngineError('invalid-argument', `${tokens.length} tokens for ${this.size} sequences.`);
      host.checkVocabulary(tokens);
      for (const index of wanted) this.#checkIndex(index);
      const { ends, logits, head, ...plans } = this.#plan;
      const { queue } = gpu.device;
      queue.writeBuffer(ends.tokens, 0, Uint32Array.from(tokens));
      queue.writeBuffer(ends.run, 0, Uint32Array.of(this.size, 0));
      queue.writeBuffer(ends.headRun, 0, Uint32Array.of(this.size, 0));
      const which = this.size === 1 ? 'one' : 'many';
      const steps = [...plans[which], ...(wanted.length > 0 ? head[which] : [])];
      const encoder = gpu.device.createCommandEncoder();
      const pass = encoder.beginComputePass();
      encodePlan(pass, steps, (index) => this.#states.group(index), this.size);
      pass.end();
      const byteLength = 4 * config.vocabularySize;
      const ranges = wanted.map((index) => ({ buffer: logits, offset: index * byteLength, byteLength }));
      return host.finish(encoder, ranges, `batch ${this.size} ${wanted.length}`);
    });
  }

  store(index: number): GpuState {
    const { gpu, host } = this.#parts;
    this.#checkIndex(index);
    const state = host.createState();
    const encoder = gpu.device.createCommandEncoder();
    this.#eachPart(index, ({ own, ownAt, single, singleAt, bytes }) => {
      encoder.copyBufferToBuffer(own, ownAt, state[single], singleAt, bytes);
    });
    gpu.device.queue.submit([encoder.finish()]);
    return state;
  }

  dispose(): void {
    this.#states.dispose();
  }

  #checkIndex(index: number): void {
    if (!Number.isInteger(index) || index < 0 || index >= this.size)
      throw new EngineError('invalid-argument', `There is no sequence ${index} in a batch of ${this.size}.`);
  }

  /** The pieces of a sequence's state that lie together, here and in a state of its own. */
  #eachPart(
    index: number,
    copy: (part: { own: GPUBuffer; ownAt: number; single: 'shift' | 'wkv'; singleAt: number; bytes: number }) => void,
  ): void {
    const { config } = this.#parts;
    const { shift, wkv } = this.#states;
    const shiftBytes = 4 * shiftLength(config);
    copy({ own: shift, ownAt: index * shiftBytes, single: 'shift', singleAt: 0, bytes: shiftBytes });
    const bytes = (4 * wkvLength(config)) / config.layers;
    for (let layer = 0; layer < config.layers; layer++)
      copy({
        ...{ own: wkv, ownAt: (layer * this.size + index) * bytes },
        ...{ single: 'wkv', singleAt: layer * bytes, bytes },
      });
  }
}
