/** Layer norm and token shift on the GPU for a shape: jobs, and what the reference makes of the last token. */
import { layerNormMix } from '../../../src/engine/kernels/kernels.ts';
import {
  normMix,
  normMixGrid,
  normMixShape,
  normMixVariant,
  type NormMixTuning,
} from '../../../src/engine/kernels/normMix.ts';
import { layerNormMixVariant } from '../../../src/engine/kernels/variants.ts';
import type { OutputFormat } from '../../../src/engine/kernels/wkv.ts';
import { layerNorm, tokenShift } from '../../../src/engine/reference/ops.ts';
import type { Bench, Job, Vector } from './bench.ts';
import { HEAD_SIZE, type LayerBuffers, type Pools, type Shape } from './layer.ts';

export type Mixes = 1 | 6;

/** Norm's weight and bias, then six mix factors. */
const VECTORS = 8;

export class NormLayer {
  readonly width: number;
  readonly #tokens: number;
  readonly #bench: Bench;
  readonly #pools: Pools;
  readonly #vectors: GPUBuffer;
  readonly #shift: GPUBuffer;
  readonly #shiftNext: GPUBuffer;
  readonly #x: GPUBuffer;
  readonly #out: GPUBuffer;
  readonly #run: GPUBuffer;

  /** Takes y as its x and proj as its output, both too large rather than too small. */
  constructor(bench: Bench, pools: Pools, buffers: LayerBuffers, { heads, tokens }: Shape) {
    this.width = heads * HEAD_SIZE;
    this.#tokens = tokens;
    this.#bench = bench;
    this.#pools = pools;
    this.#vectors = bench.buffer('norm vectors', VECTORS * this.width);
    this.#shift = bench.buffer('shift', this.width);
    this.#shiftNext = bench.buffer('next shift', this.width);
    this.#x = buffers.y;
    this.#out = buffers.proj;
    this.#run = bench.uniform([tokens, 0]);
    bench.write(this.#vectors, pools.slot(1, VECTORS * this.width));
    bench.write(this.#x, pools.slot(0, tokens * this.width));
  }

  mix(tuning: NormMixTuning, mixes: Mixes, output: OutputFormat): Promise<Job> {
    const { width } = this;
    const shape = normMixShape({
      xStride: width,
      outStride: width,
      slotStride: this.#tokens * width,
      normOffset: 0,
      mixOffset: 2 * width,
      shiftOffset: 0,
      shiftStride: 0,
    });
    return this.#bench.job(
      normMix,
      normMixVariant(tuning, { width, mixes, output, sequences: false, inPlace: false }),
      {
        x: this.#x,
        out: this.#out,
        vectors: this.#vectors,
        shape: this.#bench.uniform(shape),
        run: this.#run,
        shift: this.#shift,
        shiftNext: this.#shiftNext,
      },
      normMixGrid(tuning, false)(this.#tokens),
    );
  }

  /** The kernel that reads x three times, for comparison. */
  layerNormMix(mixes: Mixes): Promise<Job> {
    const { width } = this;
    return this.#bench.job(
      layerNormMix,
      layerNormMixVariant(this.#bench.gpu.caps, mixes),
      {
        x: this.#x,
        out: this.#out,
        vectors: this.#vectors,
        shift: this.#shift,
        shiftNext: this.#shiftNext,
        shape: this.#bench.uniform([width, width, this.#tokens * width, 0, 2 * width, 0]),
        run: this.#run,
      },
      [this.#tokens],
    );
  }

  /** The last mix of the last token, from the GPU and from the reference. */
  async last(mixes: Mixes, output: OutputFormat): Promise<{ actual: Vector; expected: Vector }> {
    const { width } = this;
    const row = mixes * this.#tokens - 1;
    const words =
      output === 'f32'
        ? await this.#bench.read(this.#out, width, row * width)
        : await this.#bench.read(this.#out, width / 2, (row * width) / 2);
    const vectors = this.#pools.slot(1, VECTORS * width);
    const vector = (i: number): Vector => vectors.subarray(i * width, (i + 1) * width);
    const x = this.#pools.slot(0, this.#tokens * width);
    const h = (token: number): Vector =>
      layerNorm(x.subarray(token * width, (token + 1) * width), vector(0), vector(1));
    return {
      actual: output === 'f32' ? words : Float32Array.from(new Float16Array(words.buffer)),
      expected: tokenShift(h(this.#tokens - 1), h(this.#tokens - 2), vector(1 + mixes)),
    };
  }
}
