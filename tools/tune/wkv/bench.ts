/** A GPU with a clock: compiles, runs once, times many runs, reads back; one failure stays with its own case. */
import { bind, PipelineCache, type Bound, type Kernel } from '../../../src/engine/gpu/kernel.ts';
import { readBack, storageBuffer, uniformBuffer } from '../../../src/engine/gpu/buffers.ts';
import type { Gpu } from '../../../src/engine/gpu/device.ts';
import type { Variant } from '../../../src/engine/gpu/shader.ts';
import { openNodeGpu } from '../../../src/engine/hosts/gpu.ts';
import { readShaderSources } from '../../../src/engine/hosts/shaderSources.ts';

export type Vector = Float32Array<ArrayBuffer>;

/** A kernel with its buffers and its grid, ready to run. */
export interface Job {
  readonly pipeline: GPUComputePipeline;
  readonly group: GPUBindGroup;
  readonly grid: readonly [number, number?, number?];
}

/** Dispatches of a timed pass, and timed passes of which the fastest counts. */
const REPEATS = 4;
const PASSES = 3;

export class Bench {
  readonly gpu: Gpu;
  readonly #cache: PipelineCache;
  readonly #queries: GPUQuerySet | undefined;
  readonly #resolved: GPUBuffer;

  private constructor(gpu: Gpu) {
    this.gpu = gpu;
    this.#cache = new PipelineCache(gpu, readShaderSources());
    this.#queries = gpu.caps.timestamps ? gpu.device.createQuerySet({ type: 'timestamp', count: 2 }) : undefined;
    this.#resolved = gpu.device.createBuffer({
      size: 16,
      usage: GPUBufferUsage.QUERY_RESOLVE | GPUBufferUsage.COPY_SRC,
    });
  }

  static async open(adapter: string, noSubgroups: boolean): Promise<Bench> {
    return new Bench(await openNodeGpu({ adapter, noSubgroups, cacheFolder: 'node_modules/.cache/anser' }));
  }

  buffer(name: string, length: number): GPUBuffer {
    return storageBuffer(this.gpu, name, length * 4);
  }

  /** Writes numbers into a buffer, from `offset` numbers on. */
  write(buffer: GPUBuffer, data: Vector, offset = 0): void {
    this.gpu.device.queue.writeBuffer(buffer, offset * 4, data);
  }

  uniform(words: readonly number[]): GPUBuffer {
    const buffer = uniformBuffer(this.gpu, 'tune', words.length);
    this.gpu.device.queue.writeBuffer(buffer, 0, Uint32Array.from(words));
    return buffer;
  }

  /** Starts compiling, so that it is done when `job` asks; a failure shows there. */
  compile(kernel: Kernel<string>, variant: Variant): void {
    this.#cache.get(kernel, variant).catch(() => undefined);
  }

  async job<B extends string>(
    kernel: Kernel<B>,
    variant: Variant,
    bound: Readonly<Record<B, Bound>>,
    grid: readonly [number, number?, number?],
  ): Promise<Job> {
    if (grid.some((groups) => groups === undefined || !Number.isInteger(groups) || groups < 1))
      throw new Error(`bad grid ${grid.join(' ')}`);
    const pipeline = await this.#cache.get(kernel, variant);
    return { pipeline: pipeline.pipeline, group: bind(this.gpu, pipeline, bound), grid };
  }

  /** Runs jobs one after another and waits. */
  async run(...jobs: readonly Job[]): Promise<void> {
    await this.#submit(jobs);
    await this.gpu.device.queue.onSubmittedWorkDone();
  }

  /** Microseconds of one run: GPU time where the adapter has a clock, else the wall's. */
  async time(job: Job): Promise<number> {
    await this.run(job);
    const jobs = Array.from({ length: REPEATS }, () => job);
    let best = Number.POSITIVE_INFINITY;
    for (let pass = 0; pass < PASSES; pass++) {
      const start = performance.now();
      const nanoseconds = await this.#submit(jobs, this.#queries);
      if (nanoseconds === undefined) await this.gpu.device.queue.onSubmittedWorkDone();
      const micros = nanoseconds === undefined ? (performance.now() - start) * 1000 : nanoseconds / 1000;
      best = Math.min(best, micros / REPEATS);
    }
    return best;
  }

  /** Encodes jobs into one pass; with queries it waits and returns the pass's nanoseconds. */
  async #submit(jobs: readonly Job[], queries?: GPUQuerySet): Promise<number | undefined> {
    const { device } = this.gpu;
    device.pushErrorScope('internal');
    device.pushErrorScope('validation');
    const encoder = device.createCommandEncoder();
    const pass = encoder.beginComputePass(
      queries && { timestampWrites: { querySet: queries, beginningOfPassWriteIndex: 0, endOfPassWriteIndex: 1 } },
    );
    for (const { pipeline, group, grid } of jobs) {
      pass.setPipeline(pipeline);
      pass.setBindGroup(0, group);
      pass.dispatchWorkgroups(...grid);
    }
    pass.end();
    if (queries) encoder.resolveQuerySet(queries, 0, 2, this.#resolved, 0);
    device.queue.submit([encoder.finish()]);
    const errors = await Promise.all([device.popErrorScope(), device.popErrorScope()]);
    for (const error of errors) if (error) throw new Error(error.message);
    if (!queries) return undefined;
    const words = new BigUint64Array((await readBack(this.gpu, [{ buffer: this.#resolved, byteLength: 16 }])).buffer);
    return Number((words[1] ?? 0n) - (words[0] ?? 0n));
  }

  read(buffer: GPUBuffer, length: number, offset = 0): Promise<Vector> {
    return readBack(this.gpu, [{ buffer, offset: offset * 4, byteLength: length * 4 }]);
  }
}

/** True if all bits are the same. */
export function sameBits(a: Vector, b: Vector): boolean {
  const [x, y] = [new Uint32Array(a.buffer, a.byteOffset, a.length), new Uint32Array(b.buffer, b.byteOffset, b.length)];
  return x.length === y.length && x.every((value, i) => value === y[i]);
}
