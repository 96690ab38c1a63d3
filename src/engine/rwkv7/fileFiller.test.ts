/** Weights on their way from a file: progress, cancelling, files and devices that fail; nothing is left behind. */
import { expect, test } from 'vitest';
import { createCountingGpu } from '../../../test/support/countingGpu.ts';
import { asWeightSource, randomWeights, REGULAR } from '../../../test/support/randomWeights.ts';
import { EngineError } from '../api/errors.ts';
import type { WeightSource } from '../formats/weightSource.ts';
import { readShaderSources } from '../hosts/shaderSources.ts';
import { FileFiller, type LoadProgress } from './fileFiller.ts';
import { fillWeights } from './fillWeights.ts';

const shaders = readShaderSources();
const source = asWeightSource(REGULAR, randomWeights(REGULAR, 1), 'f16');
const gpuOf = () => createCountingGpu();

async function load(
  gpu: ReturnType<typeof gpuOf>,
  weights: WeightSource,
  options: { onProgress?: (progress: LoadProgress) => void; signal?: AbortSignal } = {},
): Promise<void> {
  const filler = new FileFiller(gpu, weights, REGULAR, 'source', { shaders, ...options });
  try {
    const filled = await fillWeights(gpu, REGULAR, filler);
    filled.destroy();
  } finally {
    filler.dispose();
  }
}

test('progress grows to the size of all tensors', async () => {
  const told: LoadProgress[] = [];
  const gpu = gpuOf();
  await load(gpu, source, { onProgress: (progress) => told.push(progress) });
  const total = [...source.tensors.values()].reduce((sum, { byteLength }) => sum + byteLength, 0);
  const unused = source.tensors.get('blocks.0.att.v0')?.byteLength ?? 0;
  const done = told.map((progress) => progress.done);
  expect(done).toEqual([...done].sort((a, b) => a - b));
  expect(told.at(-1)?.total).toBe(total);
  // Layer 0's value residual has no place on the device.
  expect(done.at(-1)).toBeGreaterThan(0.95 * (total - unused));
  expect(gpu.counts.live).toBe(0);
});

test('cancelling stops the load, and frees what was made', async () => {
  const gpu = gpuOf();
  const controller = new AbortController();
  let after = 0;
  const onProgress = (): void => {
    if (controller.signal.aborted) after++;
    else controller.abort(new Error('enough'));
  };
  await expect(load(gpu, source, { signal: controller.signal, onProgress })).rejects.toThrow('enough');
  expect([gpu.counts.live, after]).toEqual([0, 0]);
});

test('a file that fails in the middle is told, and nothing is written after it', async () => {
  const gpu = gpuOf();
  let reads = 0;
  const broken: WeightSource = {
    ...source,
    read: (...place) =>
      ++reads === 20 ? Promise.reject(new EngineError('model-unreadable', 'torn')) : source.read(...place),
  };
  await expect(load(gpu, broken)).rejects.toMatchObject({ code: 'model-unreadable' });
  const { written } = gpu.counts;
  await new Promise((resolve) => setTimeout(resolve, 5));
  expect([gpu.counts.live, gpu.counts.written]).toEqual([0, written]);
});

test('a tensor that is missing is told, with reads before it under way', async () => {
  const gpu = gpuOf();
  const tensors = new Map(source.tensors);
  tensors.delete('head.weight');
  await expect(load(gpu, { ...source, tensors })).rejects.toMatchObject({ code: 'model-unsupported' });
});
