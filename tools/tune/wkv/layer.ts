/**
 * One layer's WKV on the GPU for a shape: inputs, buffers, jobs, and what the reference makes of a few heads. Inputs are
 * cut out of pools of random numbers, so that filling hundreds of MB takes no time.
 */
import { referenceWkv, type WkvResult } from '../../../test/support/wkv.ts';
import { timeMix } from '../../../src/engine/kernels/kernels.ts';
import { timeMixVariant } from '../../../src/engine/kernels/variants.ts';
import * as wkv from '../../../src/engine/kernels/wkv.ts';
import type { Bench, Job, Vector } from './bench.ts';

export const HEAD_SIZE = 64;

export interface Shape {
  readonly heads: number;
  readonly tokens: number;
}

/** Numbers in ±1 (xorshift32). */
function randomNumbers(seed: number, length: number): Vector {
  let x = seed;
  const numbers = new Float32Array(length);
  for (let i = 0; i < length; i++) {
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    numbers[i] = x / 2147483648;
  }
  return numbers;
}

/** Random numbers for every shape up to `most` per slot. */
export class Pools {
  readonly unit: Vector;
  readonly logit: Vector;
  readonly rate: Vector;

  constructor(most: number) {
    this.unit = randomNumbers(1, most + 8 * 4096);
    this.logit = this.unit.map((x) => x * 6);
    this.rate = this.unit.map((x) => (x + 1) / 2);
  }

  /** Slot i of proj: r, k, v, decay logit, a, value mix, gate; 7 is v_first. Each begins elsewhere in its pool. */
  slot(i: number, length: number): Vector {
    const pool = i === 3 ? this.logit : i === 4 || i === 5 ? this.rate : this.unit;
    return pool.subarray(i * 4096, i * 4096 + length);
  }
}

export interface LayerBuffers {
  readonly proj: GPUBuffer;
  readonly vFirst: GPUBuffer;
  readonly bonus: GPUBuffer;
  readonly y: GPUBuffer;
  readonly out: GPUBuffer;
  readonly state: GPUBuffer;
  readonly vectors: GPUBuffer;
}

/** Buffers for every shape up to so many heads and tokens. */
export function createBuffers(bench: Bench, heads: number, tokens: number): LayerBuffers {
  const row = heads * HEAD_SIZE;
  return {
    proj: bench.buffer('proj', 7 * tokens * row),
    vFirst: bench.buffer('v first', tokens * row),
    bonus: bench.buffer('bonus', tokens * heads),
    y: bench.buffer('y', tokens * row),
    out: bench.buffer('out', tokens * row),
    state: bench.buffer('state', row * HEAD_SIZE),
    vectors: bench.buffer('vectors', 5 * row),
  };
}

export class Layer {
  readonly shape: Shape;
  readonly width: number;
  readonly #bench: Bench;
  readonly #pools: Pools;
  readonly #buffers: LayerBuffers;
  readonly #places: GPUBuffer;
  readonly #run: GPUBuffer;
  readonly #vectors: Vector;
  /** The reference's results by head: all tokens. */
  readonly #expected = new Map<number, WkvResult>();

  constructor(bench: Bench, pools: Pools, buffers: LayerBuffers, shape: Shape) {
    const { heads, tokens } = shape;
    this.shape = shape;
    this.width = heads * HEAD_SIZE;
    this.#bench = bench;
    this.#pools = pools;
    this.#buffers = buffers;
    this.#places = bench.uniform(
      wkv.wkvShape({
        heads,
        stride: this.width,
        slotStride: tokens * this.width,
        vectorsOffset: 0,
        outStride: this.width,
        stateOffset: 0,
        stateStride: 0,
      }),
    );
    this.#run = bench.uniform([tokens, 0]);
    this.#vectors = randomNumbers(7, 5 * this.width);
    bench.write(buffers.vectors, this.#vectors);
  }

  /** Puts the projections back, as before wkv_prepare. */
  fill(): void {
    const length = this.shape.tokens * this.width;
    for (let i = 0; i < 7; i++) this.#bench.write(this.#buffers.proj, this.#pools.slot(i, length), i * length);
    this.#bench.write(this.#buffers.vFirst, this.#pools.slot(7, length));
  }

  clearState(): void {
    this.#bench.write(this.#buffers.state, new Float32Array(this.width * HEAD_SIZE));
  }

  prepare(tuning: wkv.ItemTuning): Promise<Job> {
    const { proj, vFirst, bonus, vectors } = this.#buffers;
    return this.#bench.job(
      wkv.wkvPrepare,
      wkv.wkvPrepareVariant(tuning, HEAD_SIZE, false),
      { proj, vFirst, bonus, vectors, shape: this.#places, run: this.#run },
      wkv.wkvItemsGrid(tuning, this.shape.heads)(this.shape.tokens),
    );
  }

  /** A scan of all tokens, or, for the check of cuts, of those from `first` to `end`. */
  scan(tuning: wkv.ScanTuning, first = 0, end = this.shape.tokens): Promise<Job> {
    const offset = first * this.width * 4;
    return this.#bench.job(
      wkv.scanKernel(tuning),
      wkv.wkvScanVariant(tuning, HEAD_SIZE, false),
      {
        proj: { buffer: this.#buffers.proj, offset },
        wkv: this.#buffers.state,
        y: { buffer: this.#buffers.y, offset },
        shape: this.#places,
        run: this.#bench.uniform([end - first, 0]),
      },
      wkv.wkvScanGrid(tuning, this.shape.heads, HEAD_SIZE, false)(end - first),
    );
  }

  finish(tuning: wkv.ItemTuning, output: wkv.OutputFormat): Promise<Job> {
    const { y, out, proj, bonus, vectors } = this.#buffers;
    return this.#bench.job(
      wkv.wkvFinish,
      wkv.wkvFinishVariant(tuning, HEAD_SIZE, output),
      { y, out, proj, bonus, vectors, shape: this.#places, run: this.#run },
      wkv.wkvItemsGrid(tuning, this.shape.heads)(this.shape.tokens),
    );
  }

  /** The kernel that does all three at once, for comparison. */
  timeMix(): Promise<Job> {
    const { proj, vFirst, state, out, vectors } = this.#buffers;
    const { width } = this;
    return this.#bench.job(
      timeMix,
      timeMixVariant(this.#bench.gpu.caps, HEAD_SIZE, false),
      {
        proj,
        vFirst,
        wkv: state,
        out,
        vectors,
        shape: this.#bench.uniform([width, width, this.shape.tokens * width, 0]),
        run: this.#run,
      },
      [this.shape.heads],
    );
  }

  /** What the reference makes of one head over all tokens; kept. */
  expected(head: number): WkvResult {
    let result = this.#expected.get(head);
    if (result) return result;
    const { tokens } = this.shape;
    const cut = (x: Vector, rows: number): Vector => {
      const own = new Float32Array(rows * HEAD_SIZE);
      for (let i = 0; i < rows; i++) {
        const at = i * this.width + head * HEAD_SIZE;
        own.set(x.subarray(at, at + HEAD_SIZE), i * HEAD_SIZE);
      }
      return own;
    };
    const length = tokens * this.width;
    const proj = new Float32Array(7 * tokens * HEAD_SIZE);
    for (let i = 0; i < 7; i++) proj.set(cut(this.#pools.slot(i, length), tokens), i * tokens * HEAD_SIZE);
    result = referenceWkv({
      heads: 1,
      headSize: HEAD_SIZE,
      tokens,
      firstLayer: false,
      proj,
      vectors: cut(this.#vectors, 5),
      vFirst: cut(this.#pools.slot(7, length), tokens),
      state: new Float32Array(HEAD_SIZE * HEAD_SIZE),
    });
    this.#expected.set(head, result);
    return result;
  }

  /** A head's part of a token's row in a buffer of [..][width]. */
  row(buffer: keyof LayerBuffers, row: number, head: number): Promise<Vector> {
    return this.#bench.read(this.#buffers[buffer], HEAD_SIZE, row * this.width + head * HEAD_SIZE);
  }

  /** Packed f16 of the same. */
  async halfRow(row: number, head: number): Promise<Vector> {
    const at = (row * this.width + head * HEAD_SIZE) / 2;
    const words = await this.#bench.read(this.#buffers.out, HEAD_SIZE / 2, at);
    return Float32Array.from(new Float16Array(words.buffer));
  }

  state(head: number): Promise<Vector> {
    return this.#bench.read(this.#buffers.state, HEAD_SIZE * HEAD_SIZE, head * HEAD_SIZE * HEAD_SIZE);
  }

  all(buffer: 'y' | 'state'): Promise<Vector> {
    const rows = buffer === 'y' ? this.shape.tokens : HEAD_SIZE;
    return this.#bench.read(this.#buffers[buffer], rows * this.width);
  }
}
