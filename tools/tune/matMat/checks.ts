/**
 * Is a variant right? Against exact products in doubles; and is a token's result the same bits whatever the tiling, the
 * number of tokens and its place among them?
 */
import { readBack, storageBuffer, uniformBuffer } from '../../../src/engine/gpu/buffers.ts';
import type { Gpu } from '../../../src/engine/gpu/device.ts';
import { bind, type PipelineCache } from '../../../src/engine/gpu/kernel.ts';
import {
  matMatUnits,
  matMatUnitsVariant,
  unitsGrid,
  unitsShape,
  type TileFormat,
  type Tiling,
  type UnitsEpilogue,
  type UnitsSegment,
} from '../../../src/engine/kernels/matMatUnits.ts';
import type { Activation } from '../../../src/engine/kernels/variants.ts';
import { exactProduct, randomHalves, randomMatrix, type TestMatrix } from './weights.ts';

type Bytes = Uint8Array<ArrayBuffer> | Uint32Array<ArrayBuffer> | Float32Array<ArrayBuffer> | Uint16Array<ArrayBuffer>;

/** One product of a check, with the numbers behind it. */
interface Part {
  readonly matrix: TestMatrix;
  /** In x, in halves. */
  readonly xOffset: number;
  readonly xStride: number;
  /** First column of its results in a row of out. */
  readonly outColumn: number;
  readonly biasOffset?: number;
  readonly activation?: Activation;
}

export interface Problem {
  readonly format: TileFormat;
  readonly epilogue: UnitsEpilogue;
  readonly tokens: number;
  readonly parts: readonly Part[];
  readonly x: { readonly bytes: Uint8Array<ArrayBuffer>; readonly values: Float32Array<ArrayBuffer> };
  readonly vectors: Float32Array<ArrayBuffer>;
  readonly outStride: number;
  /** What results are added to, if they are. */
  readonly before: Float32Array<ArrayBuffer> | undefined;
  /** [tokens][outStride]; NaN where nothing may be written. */
  readonly expected: Float32Array<ArrayBuffer>;
}

/** Rows of every X and out: enough for the largest tile of tokens behind the last one. */
const PADDED_TOKENS = 512;

const ACTIVATIONS: Readonly<Record<Activation, (x: number) => number>> = {
  none: (x) => x,
  tanh: Math.tanh,
  sigmoid: (x) => 1 / (1 + Math.exp(-x)),
  reluSquared: (x) => Math.max(x, 0) ** 2,
};

interface PartShape {
  readonly rows: number;
  readonly columns: number;
  readonly bias?: boolean;
  readonly activation?: Activation;
}

/** A problem of several products side by side, each with an X of its own, and its exact results. */
export function makeProblem(
  tokens: number,
  shapes: readonly PartShape[],
  epilogue: UnitsEpilogue,
  format: TileFormat = 'f16',
  { xScale = 1 } = {},
): Problem {
  const xStride = Math.max(...shapes.map(({ columns }) => columns)) + 8;
  const random = randomHalves(PADDED_TOKENS * shapes.length, xStride, 7);
  const halves = Float16Array.from(random.values, (value) => value * xScale);
  const x = { bytes: new Uint8Array(halves.buffer), values: Float32Array.from(halves) };
  const parts: Part[] = [];
  let outColumn = 0;
  let biasAt = 3;
  for (const [i, { rows, columns, bias, activation }] of shapes.entries()) {
    parts.push({
      matrix: randomMatrix(format, rows, columns, 100 + i),
      xOffset: i * PADDED_TOKENS * xStride,
      xStride,
      outColumn,
      ...(bias ? { biasOffset: biasAt } : {}),
      ...(activation ? { activation } : {}),
    });
    outColumn += rows;
    if (bias) biasAt += rows;
  }
  const outStride = outColumn + 32;
  const vectors = Float32Array.from(randomHalves(1, biasAt, 8).values);
  const before = epilogue.adds ? randomHalves(PADDED_TOKENS, outStride, 9).values : undefined;
  const expected = new Float32Array(tokens * outStride).fill(Number.NaN);
  for (const { matrix, xOffset, outColumn: column, biasOffset, activation = 'none' } of parts)
    for (let token = 0; token < tokens; token++)
      for (let row = 0; row < matrix.rows; row++) {
        const at = token * outStride + column + row;
        const sum = exactProduct(x.values, xOffset + token * xStride, matrix, row);
        const value = ACTIVATIONS[activation](sum + (biasOffset === undefined ? 0 : (vectors[biasOffset + row] ?? 0)));
        const stored = epilogue.out === 'f16' ? Math.min(value, 65504) : value;
        expected[at] = stored + (before?.[at] ?? 0);
      }
  return { format, epilogue, tokens, parts, x, vectors, outStride, before, expected };
}

function concatenated(
  parts: readonly { readonly buffer: ArrayBuffer; readonly byteLength: number }[],
): Uint8Array<ArrayBuffer> {
  const all = new Uint8Array(parts.reduce((sum, { byteLength }) => sum + byteLength, 0));
  let at = 0;
  for (const part of parts) {
    all.set(new Uint8Array(part.buffer), at);
    at += part.byteLength;
  }
  return all;
}

/** A problem on the device. */
export class ProblemOnGpu {
  readonly problem: Problem;
  readonly #gpu: Gpu;
  readonly #buffers: GPUBuffer[] = [];
  readonly #weights: GPUBuffer;
  readonly #scales: GPUBuffer;
  readonly #x: GPUBuffer;
  readonly #vectors: GPUBuffer;

  constructor(gpu: Gpu, problem: Problem) {
    this.#gpu = gpu;
    this.problem = problem;
    this.#weights = this.#upload(concatenated(problem.parts.map(({ matrix }) => matrix.quants)));
    this.#scales = this.#upload(concatenated(problem.parts.map(({ matrix }) => matrix.scales)));
    this.#x = this.#upload(problem.x.bytes);
    this.#vectors = this.#upload(problem.vectors);
  }

  #upload(data: Bytes): GPUBuffer {
    const buffer = storageBuffer(this.#gpu, 'check', data.byteLength);
    this.#gpu.device.queue.writeBuffer(buffer, 0, data);
    this.#buffers.push(buffer);
    return buffer;
  }

  #uniform(words: readonly number[]): GPUBuffer {
    const buffer = uniformBuffer(this.#gpu, 'check', words.length);
    this.#gpu.device.queue.writeBuffer(buffer, 0, Uint32Array.from(words));
    this.#buffers.push(buffer);
    return buffer;
  }

  /** Results of `tokens` tokens from number `firstToken` on, [tokens][outStride] as f32. */
  async run(cache: PipelineCache, tiling: Tiling, firstToken = 0, tokens = this.problem.tokens): Promise<Float32Array> {
    const { problem } = this;
    const { format, epilogue, parts, outStride } = problem;
    let weightOffset = 0;
    let scaleOffset = 0;
    const segments: UnitsSegment[] = [];
    for (const { matrix, xOffset, xStride, outColumn, biasOffset, activation } of parts) {
      segments.push({
        rows: matrix.rows,
        columns: matrix.columns,
        weightOffset,
        scaleOffset,
        xOffset: xOffset + firstToken * xStride,
        xStride,
        outOffset: outColumn,
        outStride,
        ...(biasOffset === undefined ? {} : { biasOffset }),
        ...(activation === undefined ? {} : { activation }),
      });
      weightOffset += matrix.quants.byteLength;
      scaleOffset += matrix.scales.length;
    }
    const variant = matMatUnitsVariant(tiling, format, epilogue);
    const pipeline = await cache.get(matMatUnits, variant);
    const size = PADDED_TOKENS * outStride;
    const start = problem.before ?? new Float32Array(size).fill(Number.NaN);
    const out = this.#upload(epilogue.out === 'f16' ? new Uint16Array(size).fill(0x7e00) : start);
    const group = bind(this.#gpu, pipeline, {
      weights: this.#weights,
      scales: this.#scales,
      x: this.#x,
      out,
      vectors: this.#vectors,
      shape: this.#uniform(unitsShape(tiling, format, segments)),
      run: this.#uniform([tokens, 0]),
    });
    const encoder = this.#gpu.device.createCommandEncoder();
    const pass = encoder.beginComputePass();
    pass.setPipeline(pipeline.pipeline);
    pass.setBindGroup(0, group);
    pass.dispatchWorkgroups(...unitsGrid(tiling, segments)(tokens));
    pass.end();
    const bytes = tokens * outStride * (epilogue.out === 'f16' ? 2 : 4);
    const words = await readBack(this.#gpu, [{ buffer: out, byteLength: bytes }], encoder);
    out.destroy();
    this.#gpu.check();
    return epilogue.out === 'f16' ? Float32Array.from(new Float16Array(words.buffer)) : words;
  }

  destroy(): void {
    for (const buffer of this.#buffers) buffer.destroy();
  }
}

export interface Verdict {
  /** Largest |difference| / max(|expected|, root mean square of all expected); NaN if a result is missing. */
  readonly error: number;
  /** Results in places where none belongs. */
  readonly stray: number;
}

export function judge({ expected, before }: Problem, actual: Float32Array): Verdict {
  let squares = 0;
  let count = 0;
  for (const value of expected)
    if (!Number.isNaN(value)) {
      squares += value * value;
      count++;
    }
  const typical = Math.sqrt(squares / count);
  let error = 0;
  let stray = 0;
  expected.forEach((wanted, i) => {
    const got = actual[i] ?? Number.NaN;
    if (Number.isNaN(wanted)) stray += Number(!Object.is(got, before?.[i] ?? Number.NaN));
    else {
      const off = Math.abs(got - wanted) / Math.max(Math.abs(wanted), typical);
      if (!(off <= error)) error = Number.isNaN(error) ? error : off;
    }
  });
  return { error, stray };
}

/** Rows `first …` of `whole` against all rows of `part`: how many f32 differ in their bits. */
export function differingBits(whole: Float32Array, first: number, part: Float32Array, stride: number): number {
  const a = new Uint32Array(whole.slice(first * stride, first * stride + part.length).buffer);
  const b = new Uint32Array(part.slice().buffer);
  return b.reduce((sum, word, i) => sum + Number(word !== a[i]), 0);
}
