/** Brings rows of weights from a file's form into a matrix's on the device, piece by piece, as the file is read. */
import { assert } from '../api/errors.ts';
import type { TensorInfo } from '../formats/weightSource.ts';
import { storageBuffer, uniformBuffer } from '../gpu/buffers.ts';
import type { Caps, Gpu } from '../gpu/device.ts';
import { bind, foldGrid, PipelineCache, type Bound, type Kernel, type Pipeline } from '../gpu/kernel.ts';
import type { ShaderSources, Variant } from '../gpu/shader.ts';
import * as convert from '../kernels/convert.ts';
import { isQuantised, isQuantiserForm, quantise, quantiseVariant, wordColumns } from '../kernels/quantise.ts';
import type { Matrix, MatrixSlice } from './matrix.ts';

/** What a kernel does with a tensor on its way into a matrix. */
export interface Conversion {
  readonly kernel: Kernel<string>;
  readonly variant: Variant;
  /** Words that the kernel's invocations make of a row, one each. */
  readonly rowWords: number;
  /** Distances in the source, in numbers, for the kernel that minds them. */
  readonly strides: readonly [row: number, column: number] | undefined;
}

/**
 * How the device does it; undefined where the form stays as it is, or the host converts: odd shapes and rare pairs, and on
 * CPU adapters, which take ten times as long for it, all but quantising.
 */
export function conversionOf(
  { isCpu }: Pick<Caps, 'isCpu'>,
  { format: form, transposed }: TensorInfo,
  matrix: Matrix,
): Conversion | undefined {
  const { format, rows, columns, slices } = matrix;
  if (isQuantised(format)) {
    const rowWords = columns / wordColumns(format);
    if (transposed || !Number.isInteger(rowWords)) return undefined;
    if (form === format)
      return isCpu
        ? undefined
        : { kernel: convert.splitBlocks, variant: convert.splitBlocksVariant(form), rowWords, strides: undefined };
    if (!isQuantiserForm(form)) return undefined;
    return { kernel: quantise, variant: quantiseVariant(format, form), rowWords, strides: undefined };
  }
  const plain = !isCpu && format === 'f16' && convert.isPlain(form) && columns % 4 === 0;
  if (!plain || (form === 'f16' && !transposed) || (transposed && (rows % 2 !== 0 || slices.length > 1)))
    return undefined;
  const strides = transposed ? ([1, rows] as const) : ([columns, 1] as const);
  return { kernel: convert.convertF16, variant: convert.convertF16Variant(form), rowWords: columns / 2, strides };
}

/** A pipeline with its bindings, for pieces of one slice. */
interface Bindings {
  readonly slice: MatrixSlice;
  readonly source: GPUBuffer;
  readonly pipeline: Pipeline<string>;
  readonly group: GPUBindGroup;
}

export class WeightConverter {
  readonly #gpu: Gpu;
  readonly #cache: PipelineCache;
  #staging: GPUBuffer | undefined;
  #shape: GPUBuffer | undefined;
  #last: Bindings | undefined;

  constructor(gpu: Gpu, shaders: ShaderSources) {
    this.#gpu = gpu;
    this.#cache = new PipelineCache(gpu, shaders);
  }

  /** Converts `rows` whole rows of one slice, as the file has them, into `matrix` from `firstRow` on. */
  async write(
    matrix: Matrix,
    { kernel, variant, rowWords, strides }: Conversion,
    { firstRow, rows, bytes }: { firstRow: number; rows: number; bytes: Uint8Array<ArrayBuffer> },
  ): Promise<void> {
    const slice = matrix.slices.find((s) => s.rowOffset <= firstRow && firstRow + rows <= s.rowOffset + s.rows);
    assert(slice !== undefined, 'a piece lies in one slice');
    const { device } = this.#gpu;
    const source = this.#stagingOf(bytes.byteLength);
    this.#shape ??= uniformBuffer(this.#gpu, 'rows to convert', 5);
    const pipeline = await this.#cache.get(kernel, variant);
    if (this.#last?.slice !== slice || this.#last.source !== source || this.#last.pipeline !== pipeline) {
      const { weights, scales } = slice;
      const bound: Record<string, Bound> = { source, weights, scales, shape: this.#shape };
      this.#last = { slice, source, pipeline, group: bind<string>(this.#gpu, pipeline, bound) };
    }
    const words = rows * rowWords;
    const first = (firstRow - slice.rowOffset) * rowWords;
    device.queue.writeBuffer(source, 0, bytes);
    device.queue.writeBuffer(this.#shape, 0, Uint32Array.of(words, first, rowWords, ...(strides ?? [0, 0])));
    const encoder = device.createCommandEncoder();
    const pass = encoder.beginComputePass();
    pass.setPipeline(pipeline.pipeline);
    pass.setBindGroup(0, this.#last.group);
    pass.dispatchWorkgroups(...foldGrid(Math.ceil(words / convert.CONVERT_WORKGROUP)));
    pass.end();
    device.queue.submit([encoder.finish()]);
  }

  #stagingOf(byteLength: number): GPUBuffer {
    if (!this.#staging || this.#staging.size < byteLength) {
      this.#staging?.destroy();
      this.#staging = storageBuffer(this.#gpu, 'weights to convert', byteLength);
    }
    return this.#staging;
  }

  destroy(): void {
    this.#staging?.destroy();
    this.#shape?.destroy();
  }
}
