/** The bench on which tools/tune/decode.ts works: buffers of true sizes, pipelines of every tiling, and a clock. */
import { storageBuffer, uniformBuffer } from '../../../src/engine/gpu/buffers.ts';
import type { Gpu } from '../../../src/engine/gpu/device.ts';
import { bind, PipelineCache, type Pipeline } from '../../../src/engine/gpu/kernel.ts';
import { readShaderSources } from '../../../src/engine/hosts/shaderSources.ts';
import * as decode from '../../../src/engine/kernels/decode.ts';
import { randomWeights } from '../../../src/engine/kernels/kernels.ts';
import { RANDOM_WORD_KINDS, randomWeightsVariant } from '../../../src/engine/kernels/variants.ts';
import {
  pieceColumns,
  rowByteLength,
  rowScaleByteLength,
  type WeightFormat,
} from '../../../src/engine/kernels/weightFormats.ts';
import type { ModelConfig } from '../../../src/engine/rwkv7/config.ts';

export const MATRICES = ['projections', 'output', 'ffnKey', 'ffnValue', 'head'] as const;
export type MatrixName = (typeof MATRICES)[number];

/** A tiling of a matrix, compiled. */
export interface Candidate {
  readonly tiling: decode.RowTiling;
  readonly grid: number;
  readonly pipeline: Pipeline<string>;
}

/** More than any cache holds: each dispatch of a measurement reads other weights. */
const ROTATED_BYTES = 500 << 20;
const DISPATCHES = 64;
const LAYERS = 32;
const REPEATS = 3;
/** Before the first measurement of a batch; after that the GPU is never idle. */
const WARM_UP_MS = 400;

interface Weights {
  readonly weights: GPUBuffer;
  readonly scales: GPUBuffer;
}

interface Dispatch {
  readonly pipeline: GPUComputePipeline;
  readonly group: GPUBindGroup;
  readonly grid: number;
}

export class DecodeLab {
  readonly subgroup: number;
  readonly #gpu: Gpu;
  readonly #cache: PipelineCache;
  readonly #config: ModelConfig;
  readonly #small: Readonly<
    Record<'x' | 'vectors' | 'shift' | 'normed' | 'out' | 'input' | 'wkv' | 'adapters', GPUBuffer>
  >;
  readonly #shape: GPUBuffer;

  private constructor(gpu: Gpu, config: ModelConfig) {
    this.#gpu = gpu;
    this.#config = config;
    this.#cache = new PipelineCache(gpu, readShaderSources());
    this.subgroup = decode.fixedSubgroupSize(gpu.caps) ?? 32;
    const { width, ffnWidth, heads, headSize, vocabularySize } = config;
    const f32 = (label: string, length: number): GPUBuffer => storageBuffer(gpu, label, 4 * length);
    this.#small = {
      x: f32('x', width),
      vectors: f32('vectors', 32 * width),
      shift: f32('shift', 2 * width),
      normed: f32('normed', width),
      out: f32('out', Math.max(vocabularySize, 4 * width)),
      input: f32('input', 2 * ffnWidth),
      wkv: f32('wkv', heads * headSize * headSize),
      adapters: storageBuffer(gpu, 'adapters', 2 * this.#ranks() * width),
    };
    this.#shape = uniformBuffer(gpu, 'shape', 4);
  }

  static async create(gpu: Gpu, config: ModelConfig): Promise<DecodeLab> {
    const lab = new DecodeLab(gpu, config);
    const { queue } = gpu.device;
    queue.writeBuffer(
      lab.#small.x,
      0,
      Float32Array.from({ length: config.width }, (_, i) => Math.cos(1.7 * i)),
    );
    const vectors = Float32Array.from({ length: 32 * config.width }, (_, i) => Math.sin(i) * 0.5 + 0.2);
    queue.writeBuffer(lab.#small.vectors, 0, vectors);
    queue.writeBuffer(lab.#shape, 0, Uint32Array.from([0, 0, 0, 0]));
    await lab.#fill(lab.#small.adapters, RANDOM_WORD_KINDS.f16.weights);
    return lab;
  }

  #ranks(): number {
    return Object.values(this.#config.ranks).reduce((sum, rank) => sum + rank, 0);
  }

  #sizes(name: MatrixName): { rows: number; columns: number; adds: boolean } {
    const { width, ffnWidth, vocabularySize } = this.#config;
    const sizes = {
      projections: [3 * width, width],
      output: [width, width],
      ffnKey: [ffnWidth, width],
      ffnValue: [width, ffnWidth],
      head: [vocabularySize, width],
    } as const;
    const [rows, columns] = sizes[name];
    return { rows, columns, adds: name === 'output' || name === 'ffnValue' };
  }

  /** Every sensible tiling of a matrix, compiled side by side. */
  async candidates(name: MatrixName, format: WeightFormat): Promise<Candidate[]> {
    const { rows, columns, adds } = this.#sizes(name);
    const pieces = columns / pieceColumns(format);
    const dividing = name === 'projections' ? [this.#config.width, ...Object.values(this.#config.ranks)] : [rows];
    const multiple = name === 'ffnKey' && decode.integerInput(format) ? 32 : 1;
    const tilings: decode.RowTiling[] = [];
    for (const workgroup of [64, 128, 256, 512].filter((size) => size <= this.#gpu.caps.maxInvocations))
      for (let team = 8; team <= (adds ? workgroup : this.subgroup); team *= 2)
        for (const rowsPerTeam of [1, 2, 4] as const) {
          const tiling = { workgroup, team, rowsPerTeam };
          const count = decode.rowsPerGroup(tiling);
          if (team > pieces || team > workgroup || count > 64 || count % multiple !== 0) continue;
          if (pieces / team / (4 / rowsPerTeam) > 20 || dividing.some((n) => n % count !== 0)) continue;
          if (adds) tilings.push(tiling);
          else if (workgroup >= 128) for (const groups of [264, 528, 1056]) tilings.push({ ...tiling, groups });
        }
    return Promise.all(tilings.map((tiling) => this.#compile(name, format, tiling)));
  }

  async #compile(name: MatrixName, format: WeightFormat, tiling: decode.RowTiling): Promise<Candidate> {
    const { rows, columns, adds } = this.#sizes(name);
    if (adds) {
      const variant = decode.decodeAddVariant(format, columns, tiling, this.subgroup);
      const pipeline = await this.#cache.get(decode.decodeAdd, variant);
      return { tiling, grid: rows / decode.rowsPerGroup(tiling), pipeline };
    }
    const shape = {
      ...{ format, columns, rows, tokenShift: name !== 'head', rowsPerMix: name === 'projections' ? columns : rows },
      ...(name === 'projections' && { ranks: this.#config.ranks }),
      ...(name === 'ffnKey' && ({ activation: 'reluSquared', readBy: format } as const)),
    };
    const pipeline = await this.#cache.get(
      decode.decodeProject,
      decode.decodeProjectVariant(shape, tiling, this.subgroup),
    );
    return { tiling, grid: decode.projectGroups(shape, tiling), pipeline };
  }

  /** Microseconds of one dispatch for each candidate. */
  async timeMatrices(name: MatrixName, format: WeightFormat, candidates: readonly Candidate[]): Promise<number[]> {
    const { rows, columns } = this.#sizes(name);
    const copies = await this.#weights(format, rows, columns);
    const times: number[] = [];
    for (const [i, candidate] of candidates.entries()) {
      const groups = copies.map((copy) => this.#group(name, candidate, copy));
      const chain = Array.from({ length: DISPATCHES }, (_, d) => this.#dispatch(candidate, groups, d));
      times.push((await this.#time(chain, i === 0 ? WARM_UP_MS : 0)) / DISPATCHES);
    }
    this.#destroy(copies);
    return times;
  }

  /** Microseconds of a layer in a chain of them. */
  async timeLayer(format: WeightFormat, best: ReadonlyMap<MatrixName, Candidate>): Promise<number> {
    const names = ['projections', 'output', 'ffnKey', 'ffnValue'] as const;
    const sets = new Map<MatrixName, Weights[]>();
    for (const name of names) {
      const { rows, columns } = this.#sizes(name);
      sets.set(name, await this.#weights(format, rows, columns, 4));
    }
    const mix = await this.#cache.get(decode.decodeTimeMix, decode.decodeTimeMixVariant(this.#config, false, format));
    const { vectors, normed, input, adapters, wkv, out } = this.#small;
    const mixGroup = bind(this.#gpu, mix, {
      proj: input,
      adapters,
      vectors,
      vFirst: normed,
      wkv,
      out,
      shape: this.#shape,
    });
    const chain: Dispatch[] = [];
    for (let layer = 0; layer < LAYERS; layer++)
      for (const name of names) {
        const candidate = best.get(name);
        if (!candidate) continue;
        const copies = sets.get(name) ?? [];
        chain.push(this.#dispatch(candidate, [this.#group(name, candidate, at(copies, layer % copies.length))], 0));
        if (name === 'projections') chain.push({ pipeline: mix.pipeline, group: mixGroup, grid: this.#config.heads });
      }
    const microseconds = await this.#time(chain, WARM_UP_MS);
    for (const copies of sets.values()) this.#destroy(copies);
    return microseconds / LAYERS;
  }

  #dispatch({ pipeline, grid }: Candidate, groups: readonly GPUBindGroup[], index: number): Dispatch {
    return { pipeline: pipeline.pipeline, grid, group: at(groups, index % groups.length) };
  }

  #group(name: MatrixName, { pipeline }: Candidate, { weights, scales }: Weights): GPUBindGroup {
    const { x, vectors, shift, normed, out, input, adapters } = this.#small;
    const shape = this.#shape;
    return this.#sizes(name).adds
      ? bind(this.#gpu, pipeline, { weights, scales, input, inputScales: normed, x, normed, shift, shape })
      : bind(this.#gpu, pipeline, { weights, scales, adapters, x, vectors, shift, normed, out, shape });
  }

  /** Microseconds of a chain of dispatches, the median over repeats. */
  async #time(chain: readonly Dispatch[], warmUpMs: number): Promise<number> {
    const { device } = this.#gpu;
    const run = async (): Promise<number> => {
      const started = performance.now();
      const encoder = device.createCommandEncoder();
      const pass = encoder.beginComputePass();
      for (const { pipeline, group, grid } of chain) {
        pass.setPipeline(pipeline);
        pass.setBindGroup(0, group);
        pass.dispatchWorkgroups(grid);
      }
      pass.end();
      device.queue.submit([encoder.finish()]);
      await device.queue.onSubmittedWorkDone();
      return 1000 * (performance.now() - started);
    };
    const started = performance.now();
    do await run();
    while (performance.now() - started < warmUpMs);
    const times: number[] = [];
    for (let i = 0; i < REPEATS; i++) times.push(await run());
    this.#gpu.check();
    return at(
      times.sort((a, b) => a - b),
      Math.floor(REPEATS / 2),
    );
  }

  async #weights(format: WeightFormat, rows: number, columns: number, most = 16): Promise<Weights[]> {
    const weightBytes = rows * rowByteLength(format, columns);
    const scaleBytes = rows * rowScaleByteLength(format, columns);
    const copies: Weights[] = [];
    const count = Math.max(2, Math.min(most, Math.ceil(ROTATED_BYTES / (weightBytes + scaleBytes))));
    for (let i = 0; i < count; i++) {
      const weights = storageBuffer(this.#gpu, 'weights', weightBytes);
      const scales = storageBuffer(this.#gpu, 'scales', scaleBytes);
      await this.#fill(weights, RANDOM_WORD_KINDS[format].weights);
      await this.#fill(scales, RANDOM_WORD_KINDS[format].scales);
      copies.push({ weights, scales });
    }
    return copies;
  }

  #destroy(copies: readonly Weights[]): void {
    for (const { weights, scales } of copies) {
      weights.destroy();
      scales.destroy();
    }
  }

  async #fill(words: GPUBuffer, kind: number): Promise<void> {
    const pipeline = await this.#cache.get(randomWeights, randomWeightsVariant(kind, 1024));
    const encoder = this.#gpu.device.createCommandEncoder();
    const pass = encoder.beginComputePass();
    pass.setPipeline(pipeline.pipeline);
    pass.setBindGroup(0, bind(this.#gpu, pipeline, { words }));
    pass.dispatchWorkgroups(1024);
    pass.end();
    this.#gpu.device.queue.submit([encoder.finish()]);
  }
}

function at<T>(items: readonly T[], index: number): T {
  const item = items[index];
  if (item === undefined) throw new RangeError(`no item ${index}`);
  return item;
}
