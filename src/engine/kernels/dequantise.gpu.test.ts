/** Matrices of every format as f16, for products that want them so; adapters without f16 have no such products. */
import { beforeAll, describe, expect, test } from 'vitest';
import { download, openTestGpu } from '../../../test/support/gpu.ts';
import { randomMatrix } from '../../../tools/tune/matMat/weights.ts';
import { storageBuffer, uniformBuffer } from '../gpu/buffers.ts';
import type { Gpu } from '../gpu/device.ts';
import { bind, PipelineCache } from '../gpu/kernel.ts';
import { readShaderSources } from '../hosts/shaderSources.ts';
import { dequantise } from './kernels.ts';
import { DEQUANTISE_WORKGROUP, DEQUANTISED_AT_ONCE, dequantiseVariant } from './variants.ts';
import { rowByteLength, rowScaleByteLength } from './weightFormats.ts';

/** No multiple of a workgroup, and columns that are none of the largest blocks'. */
const [ROWS, COLUMNS] = [37, 288];
/** Behind this many halves, which stay as they were. */
const OFFSET = 64;
/** The adapter may round to the nearest f16 or towards zero. */
const F16_STEP = 2 ** -10;

describe('a matrix as f16', () => {
  let gpu: Gpu;
  beforeAll(async () => {
    gpu = await openTestGpu();
  });

  test.each(['f16', 'q8_0', 'int8', 'nf4', 'q4_0'] as const)('from %s', async (format) => {
    if (!gpu.caps.shaderF16) {
      console.log(`${gpu.caps.name} has no f16: not run here.`);
      expect(gpu.caps.matrixUnits).toBe(undefined);
      return;
    }
    const { quants, scales: scaleWords, values } = randomMatrix(format, ROWS, COLUMNS, 5);
    const upload = (data: Uint8Array<ArrayBuffer> | Uint32Array<ArrayBuffer>): GPUBuffer => {
      const buffer = storageBuffer(gpu, 'test', data.byteLength);
      gpu.device.queue.writeBuffer(buffer, 0, data);
      return buffer;
    };
    const words = (OFFSET + ROWS * COLUMNS) / 2;
    const [weights, scales, out] = [upload(quants), upload(scaleWords), storageBuffer(gpu, 'test', 4 * words)];
    const shape = uniformBuffer(gpu, 'test', 5);
    const [weightStride, scaleStride] = [rowByteLength(format, COLUMNS) / 16, rowScaleByteLength(format, COLUMNS) / 4];
    gpu.device.queue.writeBuffer(shape, 0, Uint32Array.of(ROWS, COLUMNS, weightStride, scaleStride, OFFSET / 8));
    const cache = new PipelineCache(gpu, readShaderSources());
    const pipeline = await cache.get(dequantise, dequantiseVariant(format));
    const encoder = gpu.device.createCommandEncoder();
    const pass = encoder.beginComputePass();
    pass.setPipeline(pipeline.pipeline);
    pass.setBindGroup(0, bind(gpu, pipeline, { weights, scales, out, shape }));
    pass.dispatchWorkgroups(Math.ceil((ROWS * COLUMNS) / DEQUANTISED_AT_ONCE / DEQUANTISE_WORKGROUP));
    pass.end();
    gpu.device.queue.submit([encoder.finish()]);
    const halves = new Float16Array((await download(gpu, out, words)).buffer);
    gpu.check();
    expect(halves.subarray(0, OFFSET).every((value) => value === 0)).toBe(true);
    const off = values.map(
      (value, i) => Math.abs((halves[OFFSET + i] ?? Number.NaN) - value) / Math.max(Math.abs(value), 1e-3),
    );
    expect(Math.max(...off)).toBeLessThan(F16_STEP);
    for (const buffer of [weights, scales, out, shape]) buffer.destroy();
  });
});
