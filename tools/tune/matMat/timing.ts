/** Times a variant on a shape: GPU timestamps around many dispatches with changing weights, the median of several. */
import { storageBuffer, uniformBuffer } from '../../../src/engine/gpu/buffers.ts';
import type { Gpu } from '../../../src/engine/gpu/device.ts';
import { bind, type PipelineCache } from '../../../src/engine/gpu/kernel.ts';
import { randomWeights } from '../../../src/engine/kernels/kernels.ts';
import {
  matMatUnits,
  matMatUnitsVariant,
  unitsGrid,
  unitsShape,
  type TileFormat,
  type Tiling,
  type UnitsSegment,
} from '../../../src/engine/kernels/matMatUnits.ts';
import { RANDOM_WORD_KINDS, randomWeightsVariant } from '../../../src/engine/kernels/variants.ts';
import { rowByteLength, rowScaleByteLength } from '../../../src/engine/kernels/weightFormats.ts';

/** Products of one dispatch: rows of each. */
export interface Shape {
  readonly name: string;
  readonly rows: readonly number[];
  readonly columns: number;
}

export interface Timing {
  /** Median milliseconds of one dispatch. */
  readonly ms: number;
  readonly tflops: number;
  /** Gigabytes of weights per second. */
  readonly gbps: number;
}

/** Weights take turns until this much has gone by: more than any L2 cache holds. */
const DISTINCT_BYTES = 160e6;
const PASSES = 5;
const PASS_MS = 4;
/** What takes longer is not worth a second look. */
const HOPELESS_MS = 60;
const MAX_TOKENS = 2048;
const FILL_GROUPS = 1024;

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
const median = (values: number[]): number => values.sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;

/** The buffers of one shape in one format. */
export class Bench {
  readonly shape: Shape;
  readonly format: TileFormat;
  readonly #gpu: Gpu;
  readonly #weights: GPUBuffer[] = [];
  readonly #scales: GPUBuffer;
  readonly #x: GPUBuffer;
  readonly #out: GPUBuffer;
  readonly #vectors: GPUBuffer;

  private constructor(gpu: Gpu, shape: Shape, format: TileFormat, maxTokens: number) {
    this.#gpu = gpu;
    this.shape = shape;
    this.format = format;
    const rows = sum(shape.rows);
    const bytes = rows * rowByteLength(format, shape.columns);
    const copies = Math.max(2, Math.ceil(DISTINCT_BYTES / bytes));
    for (let i = 0; i < copies; i++) this.#weights.push(storageBuffer(gpu, 'weights', bytes));
    this.#scales = storageBuffer(gpu, 'scales', rows * rowScaleByteLength(format, shape.columns));
    // Tiles have at most 256 tokens.
    const tokens = maxTokens + 256;
    this.#x = storageBuffer(gpu, 'x', shape.rows.length * tokens * shape.columns * 2);
    this.#out = storageBuffer(gpu, 'out', tokens * rows * 4);
    this.#vectors = storageBuffer(gpu, 'vectors', 16);
  }

  static async create(
    gpu: Gpu,
    cache: PipelineCache,
    shape: Shape,
    format: TileFormat,
    maxTokens = MAX_TOKENS,
  ): Promise<Bench> {
    const bench = new Bench(gpu, shape, format, maxTokens);
    const kind = RANDOM_WORD_KINDS[format].weights;
    for (const buffer of bench.#weights) await bench.#fill(cache, buffer, kind);
    await bench.#fill(cache, bench.#scales, RANDOM_WORD_KINDS.f16.weights);
    await bench.#fill(cache, bench.#x, RANDOM_WORD_KINDS.f16.weights);
    return bench;
  }

  async #fill(cache: PipelineCache, words: GPUBuffer, kind: number): Promise<void> {
    const pipeline = await cache.get(randomWeights, randomWeightsVariant(kind, FILL_GROUPS));
    const encoder = this.#gpu.device.createCommandEncoder();
    const pass = encoder.beginComputePass();
    pass.setPipeline(pipeline.pipeline);
    pass.setBindGroup(0, bind(this.#gpu, pipeline, { words }));
    pass.dispatchWorkgroups(FILL_GROUPS);
    pass.end();
    this.#gpu.device.queue.submit([encoder.finish()]);
  }

  #segments(tokens: number): UnitsSegment[] {
    const { rows, columns } = this.shape;
    const outStride = sum(rows);
    let row = 0;
    return rows.map((count, i) => {
      const segment: UnitsSegment = {
        rows: count,
        columns,
        weightOffset: row * rowByteLength(this.format, columns),
        scaleOffset: (row * rowScaleByteLength(this.format, columns)) / 4,
        xOffset: i * (tokens + 256) * columns,
        xStride: columns,
        outOffset: row,
        outStride,
      };
      row += count;
      return segment;
    });
  }

  async time(cache: PipelineCache, tiling: Tiling, tokens: number): Promise<Timing> {
    const gpu = this.#gpu;
    const pipeline = await cache.get(matMatUnits, matMatUnitsVariant(tiling, this.format, { out: 'f32' }));
    const segments = this.#segments(tokens);
    const shape = this.#uniform(unitsShape(tiling, this.format, segments));
    const run = this.#uniform([tokens, 0]);
    const groups = this.#weights.map((weights) =>
      bind(gpu, pipeline, {
        weights,
        scales: this.#scales,
        x: this.#x,
        out: this.#out,
        vectors: this.#vectors,
        shape,
        run,
      }),
    );
    const grid = unitsGrid(tiling, segments)(tokens);
    let turn = 0;
    const dispatch = (pass: GPUComputePassEncoder, count: number): void => {
      pass.setPipeline(pipeline.pipeline);
      for (let i = 0; i < count; i++) {
        pass.setBindGroup(0, groups[turn++ % groups.length]);
        pass.dispatchWorkgroups(...grid);
      }
    };
    const measure = gpu.caps.timestamps ? timeByTimestamps : timeByClock;
    const [, first = Number.NaN] = await measure(gpu, 2, 1, dispatch);
    let ms = first;
    if (first < HOPELESS_MS) {
      const count = Math.min(64, Math.max(2, Math.ceil(PASS_MS / first)));
      ms = median(await measure(gpu, PASSES, count, dispatch));
    }
    gpu.check();
    shape.destroy();
    run.destroy();
    const rows = sum(this.shape.rows);
    const bytes = rows * rowByteLength(this.format, this.shape.columns);
    return { ms, tflops: (2 * tokens * rows * this.shape.columns) / ms / 1e9, gbps: bytes / ms / 1e6 };
  }

  #uniform(words: readonly number[]): GPUBuffer {
    const buffer = uniformBuffer(this.#gpu, 'bench', words.length);
    this.#gpu.device.queue.writeBuffer(buffer, 0, Uint32Array.from(words));
    return buffer;
  }

  destroy(): void {
    for (const buffer of [...this.#weights, this.#scales, this.#x, this.#out, this.#vectors]) buffer.destroy();
  }
}

type Dispatch = (pass: GPUComputePassEncoder, count: number) => void;

/** Milliseconds of one dispatch in each of `passes` passes of `count`. */
async function timeByTimestamps(gpu: Gpu, passes: number, count: number, dispatch: Dispatch): Promise<number[]> {
  const { device } = gpu;
  const querySet = device.createQuerySet({ type: 'timestamp', count: 2 * passes });
  const bytes = 2 * passes * 8;
  const resolved = device.createBuffer({ size: bytes, usage: GPUBufferUsage.QUERY_RESOLVE | GPUBufferUsage.COPY_SRC });
  const staging = device.createBuffer({ size: bytes, usage: GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST });
  const encoder = device.createCommandEncoder();
  for (let i = 0; i < passes; i++) {
    const pass = encoder.beginComputePass({
      timestampWrites: { querySet, beginningOfPassWriteIndex: 2 * i, endOfPassWriteIndex: 2 * i + 1 },
    });
    dispatch(pass, count);
    pass.end();
  }
  encoder.resolveQuerySet(querySet, 0, 2 * passes, resolved, 0);
  encoder.copyBufferToBuffer(resolved, 0, staging, 0, bytes);
  device.queue.submit([encoder.finish()]);
  await staging.mapAsync(GPUMapMode.READ);
  const ticks = new BigUint64Array(staging.getMappedRange()).slice();
  for (const part of [querySet, resolved, staging]) part.destroy();
  return Array.from({ length: passes }, (_, i) => {
    const nanoseconds = Number((ticks[2 * i + 1] ?? 0n) - (ticks[2 * i] ?? 0n));
    return nanoseconds / 1e6 / count;
  });
}

/** The same by the host's clock, where there are no timestamps; it includes the way to the GPU and back. */
async function timeByClock({ device }: Gpu, passes: number, count: number, dispatch: Dispatch): Promise<number[]> {
  const times: number[] = [];
  for (let i = 0; i < passes; i++) {
    const encoder = device.createCommandEncoder();
    const pass = encoder.beginComputePass();
    dispatch(pass, count);
    pass.end();
    const start = performance.now();
    device.queue.submit([encoder.finish()]);
    await device.queue.onSubmittedWorkDone();
    times.push((performance.now() - start) / count);
  }
  return times;
}
