/**
 * Decoding with the sampler on the device: several tokens a submission, each fed back without the host, and only the ids
 * (and the last logits) read back. Two runs may be under way: the second is submitted before the first has been read.
 */
import { assert } from '../api/errors.ts';
import { destroyBuffers, readBack, roundUp, storageBuffer, uniformBuffer } from '../gpu/buffers.ts';
import type { Gpu } from '../gpu/device.ts';
import { bind, encodePlan, type Pipeline, type PipelineCache, type Step } from '../gpu/kernel.ts';
import {
  ALL_BANNED,
  NOT_FINITE_BIT,
  penalises,
  sampleFlags,
  samplePick,
  samplePickVariant,
  sampleScan,
  sampleScanVariant,
  sampleSettings,
  scanGroups,
} from '../kernels/sample.ts';
import { Random } from '../sampling/random.ts';
import { allBanned, notFinite, type SamplerMemory } from '../sampling/sampler.ts';
import type { DecodeRun, RunSampler } from './sequenceModel.ts';
import type { GpuState } from './state.ts';
import { checkProgress } from './wholeLayers.ts';

/** The most tokens of a run. */
export const MOST_STEPS = 64;

/** Words of `run` before its random numbers: token, step. */
const RUN_HEADER = 2;

/** What the runs of a model share. */
export interface DecodeRunParts {
  readonly gpu: Gpu;
  readonly cache: PipelineCache;
  readonly vocabularySize: number;
  /** [0]: what a step embeds. */
  readonly tokens: GPUBuffer;
  /** [vocabularySize], where the steps leave them. */
  readonly logits: GPUBuffer;
  /** From a token to its logits. */
  readonly steps: readonly Step[];
  /** Its first word says whether a step has failed; absent where none can. */
  readonly stalled: GPUBuffer | undefined;
}

interface Kernels {
  readonly scan: Pipeline<'logits' | 'flags' | 'counts' | 'keys' | 'partials' | 'settings'>;
  readonly pick: Pipeline<'keys' | 'partials' | 'flags' | 'counts' | 'run' | 'ids' | 'tokens' | 'settings'>;
}

/** Makes samplers and submits their runs. Whoever calls has set the model's `run` and `headRun` to one token. */
export class DecodeRunner {
  readonly #parts: DecodeRunParts;
  /** Scratch of one step: what the scan leaves for the pick. */
  readonly #keys: GPUBuffer;
  readonly #partials: GPUBuffer;
  readonly #kernels: Kernels;

  private constructor(parts: DecodeRunParts, kernels: Kernels) {
    const { gpu, vocabularySize } = parts;
    this.#parts = parts;
    this.#kernels = kernels;
    // The padding stays 0: no score.
    this.#keys = storageBuffer(gpu, 'sample keys', 4 * roundUp(vocabularySize, 4));
    this.#partials = storageBuffer(gpu, 'sample partials', 16 * scanGroups(vocabularySize));
  }

  static async create(parts: DecodeRunParts): Promise<DecodeRunner> {
    const { cache, gpu } = parts;
    const [scan, pick] = await Promise.all([
      cache.get(sampleScan, sampleScanVariant(gpu.caps)),
      cache.get(samplePick, samplePickVariant(gpu.caps)),
    ]);
    return new DecodeRunner(parts, { scan, pick });
  }

  /** A sampler on the device that goes on from `memory`; `token` is the first that its runs read. */
  createSampler(token: number, memory: SamplerMemory): DeviceSampler {
    const { gpu, vocabularySize, tokens, logits } = this.#parts;
    const sampler = new DeviceSampler(gpu, vocabularySize, token, memory);
    const { flags, counts, settings, run, ids } = sampler.buffers;
    const [keys, partials] = [this.#keys, this.#partials];
    const { scan, pick } = this.#kernels;
    sampler.steps = [
      {
        pipeline: scan.pipeline,
        group: bind(gpu, scan, { logits, flags, counts, keys, partials, settings }),
        grid: () => [scanGroups(vocabularySize)],
      },
      {
        pipeline: pick.pipeline,
        group: bind(gpu, pick, { keys, partials, flags, counts, run, ids, tokens, settings }),
        grid: () => [1],
      },
    ];
    return sampler;
  }

  /**
   * Submits a run and returns at once. Queues keep order, so that whatever is submitted or written later, by anyone,
   * finds the run done.
   */
  submit(state: GpuState, steps: number, sampler: DeviceSampler): DecodeRun {
    assert(Number.isInteger(steps) && steps >= 1 && steps <= MOST_STEPS, `a run of ${steps} steps (1 … ${MOST_STEPS})`);
    const { gpu, tokens, logits, stalled, vocabularySize } = this.#parts;
    const { run, ids } = sampler.buffers;
    sampler.prepare(steps);
    const encoder = gpu.device.createCommandEncoder();
    // Others may have run in between: what this sampler chose last is its own to know.
    encoder.copyBufferToBuffer(run, 0, tokens, 0, 4);
    const pass = encoder.beginComputePass();
    for (let step = 0; step < steps; step++) {
      encodePlan(pass, this.#parts.steps, (index) => state.group(index), 1);
      encodePlan(pass, sampler.steps, noStateGroup, 1);
    }
    pass.end();
    const read = readBack(
      gpu,
      [
        { buffer: ids, byteLength: 4 * steps },
        { buffer: logits, byteLength: 4 * vocabularySize },
        ...(stalled ? [{ buffer: stalled, byteLength: 4 }] : []),
      ],
      encoder,
    );
    const result = read.then((data) => {
      gpu.check();
      const words = new Uint32Array(data.buffer);
      if (stalled) checkProgress(gpu, words[steps + vocabularySize]);
      return { ids: checkedIds(words.slice(0, steps)), logits: data.slice(steps, steps + vocabularySize) };
    });
    // Nobody may want it any more when it fails.
    result.catch(() => undefined);
    return { steps, result };
  }

  destroy(): void {
    this.#keys.destroy();
    this.#partials.destroy();
  }
}

const noStateGroup = (): never => {
  throw new RangeError('sampling touches no state');
};

/** @throws EngineError as a sampler on the host would */
function checkedIds(ids: Uint32Array<ArrayBuffer>): Uint32Array<ArrayBuffer> {
  for (const id of ids) {
    if (id === ALL_BANNED) throw allBanned();
    if (id >= NOT_FINITE_BIT) throw notFinite(id - NOT_FINITE_BIT, 'no number');
  }
  return ids;
}

interface SamplerBuffers {
  /** Two sets of tokens as bits: banned, uncounted. */
  readonly flags: GPUBuffer;
  /** [vocabularySize] f32, −1 for tokens that have not occurred; empty without penalties. */
  readonly counts: GPUBuffer;
  readonly settings: GPUBuffer;
  /** Token chosen last, steps done, random numbers of the run. */
  readonly run: GPUBuffer;
  /** [MOST_STEPS]: chosen in the run. */
  readonly ids: GPUBuffer;
}

/** The sampler of one answer on the device: its counts, and the random numbers that the host draws for it. */
export class DeviceSampler implements RunSampler {
  readonly buffers: SamplerBuffers;
  /** From logits to the next token; set by its maker. */
  steps: readonly Step[] = [];
  readonly #gpu: Gpu;
  readonly #random: Random | undefined;

  constructor(gpu: Gpu, vocabularySize: number, token: number, memory: SamplerMemory) {
    const { sampling, uncounted, counts, random } = memory;
    const counting = penalises(sampling);
    const flags = sampleFlags(vocabularySize, sampling.banned ?? [], uncounted);
    const settings = sampleSettings(sampling, vocabularySize);
    this.#gpu = gpu;
    this.#random = sampling.temperature === 0 ? undefined : Random.fromState(random);
    this.buffers = {
      flags: storageBuffer(gpu, 'sampler flags', flags.byteLength),
      counts: storageBuffer(gpu, 'sampler counts', counting ? 4 * vocabularySize : 4),
      settings: uniformBuffer(gpu, 'sampler settings', settings.byteLength / 4),
      run: storageBuffer(gpu, 'sampler run', 4 * (RUN_HEADER + MOST_STEPS)),
      ids: storageBuffer(gpu, 'sampler ids', 4 * MOST_STEPS),
    };
    const { queue } = gpu.device;
    queue.writeBuffer(this.buffers.flags, 0, flags);
    queue.writeBuffer(this.buffers.settings, 0, settings);
    queue.writeBuffer(this.buffers.run, 0, Uint32Array.of(token));
    if (!counting) return;
    const occurred = new Float32Array(vocabularySize).fill(-1);
    for (const [seen, count] of counts) occurred[seen] = count;
    queue.writeBuffer(this.buffers.counts, 0, occurred);
  }

  /** Gives the next run its random numbers: those that a sampler on the host would draw. */
  prepare(steps: number): void {
    const randoms = Float32Array.from({ length: this.#random ? steps : 0 }, () => belowOne(this.#random?.next() ?? 0));
    const words = Uint32Array.of(0, ...new Uint32Array(randoms.buffer));
    this.#gpu.device.queue.writeBuffer(this.buffers.run, 4 * (RUN_HEADER - 1), words);
  }

  dispose(): void {
    destroyBuffers(this.buffers);
  }
}

/** A sampler that this model made. */
export function asDeviceSampler(sampler: RunSampler): DeviceSampler {
  assert(sampler instanceof DeviceSampler, 'a sampler of another model');
  return sampler;
}

/** The largest f32 below 1. */
const BELOW_ONE = 1 - 2 ** -24;
const belowOne = (number: number): number => Math.min(number, BELOW_ONE);
