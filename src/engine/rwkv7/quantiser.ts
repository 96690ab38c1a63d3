/** Quantises rows of a matrix on the device, piece by piece, as a file is read. */
import { assert } from '../api/errors.ts';
import { storageBuffer, uniformBuffer } from '../gpu/buffers.ts';
import type { Gpu } from '../gpu/device.ts';
import { bind, foldGrid, PipelineCache } from '../gpu/kernel.ts';
import type { ShaderSources } from '../gpu/shader.ts';
import { isQuantised, quantise, QUANTISE_WORKGROUP, quantiseVariant, wordColumns } from '../kernels/quantise.ts';
import type { Matrix } from './matrix.ts';

export class Quantiser {
  readonly #gpu: Gpu;
  readonly #cache: PipelineCache;
  #staging: GPUBuffer | undefined;

  constructor(gpu: Gpu, shaders: ShaderSources) {
    this.#gpu = gpu;
    this.#cache = new PipelineCache(gpu, shaders);
  }

  /** Quantises whole rows, f32 or f16 bits, into `matrix` from `firstRow` on. */
  async write(
    matrix: Matrix,
    firstRow: number,
    values: Float32Array<ArrayBuffer> | Uint16Array<ArrayBuffer>,
  ): Promise<void> {
    const { format, columns } = matrix;
    assert(isQuantised(format), `${format} is not quantised`);
    const { device } = this.#gpu;
    const source = this.#stagingOf(values.byteLength);
    device.queue.writeBuffer(source, 0, values);
    const pipeline = await this.#cache.get(
      quantise,
      quantiseVariant(format, values instanceof Uint16Array ? 'f16' : 'f32'),
    );
    const perRow = columns / wordColumns(format);
    const rows = values.length / columns;
    const encoder = device.createCommandEncoder();
    const shapes: GPUBuffer[] = [];
    for (const slice of matrix.slices) {
      const from = Math.max(firstRow, slice.rowOffset);
      const to = Math.min(firstRow + rows, slice.rowOffset + slice.rows);
      if (from >= to) continue;
      assert(from === firstRow, 'a piece begins in one slice');
      const words = (to - from) * perRow;
      const shape = uniformBuffer(this.#gpu, 'quantise', 2);
      shapes.push(shape);
      device.queue.writeBuffer(shape, 0, Uint32Array.of(words, (from - slice.rowOffset) * perRow));
      const { weights, scales } = slice;
      const pass = encoder.beginComputePass();
      pass.setPipeline(pipeline.pipeline);
      pass.setBindGroup(0, bind(this.#gpu, pipeline, { source, weights, scales, shape }));
      pass.dispatchWorkgroups(...foldGrid(Math.ceil(words / QUANTISE_WORKGROUP)));
      pass.end();
    }
    device.queue.submit([encoder.finish()]);
    for (const shape of shapes) shape.destroy();
  }

  #stagingOf(byteLength: number): GPUBuffer {
    if (!this.#staging || this.#staging.size < byteLength) {
      this.#staging?.destroy();
      this.#staging = storageBuffer(this.#gpu, 'weights to quantise', byteLength);
    }
    return this.#staging;
  }

  destroy(): void {
    this.#staging?.destroy();
  }
}
