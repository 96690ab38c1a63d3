/** What is told before loading is what loading takes, on a device that computes nothing but counts. */
import { expect, test } from 'vitest';
import { createCountingGpu } from '../../../test/support/countingGpu.ts';
import { openModelFile } from '../hosts/node.ts';
import { resourcePath } from '../hosts/resources.ts';
import { readShaderSources } from '../hosts/shaderSources.ts';
import { loadModel } from '../loadModel.ts';
import { detectConfig } from './detect.ts';
import { deviceByteLength, weightByteLength } from './deviceMemory.ts';

const DEMO = resourcePath('models/anser-demo-q8_0.gguf');

test.each(['source', 'f16'] as const)('the demo model as %s takes what is told', async (precision) => {
  const counting = createCountingGpu();
  const gpu = { ...counting, caps: { ...counting.caps, matrixUnits: { m: 16, n: 16, k: 16 } } };
  const weights = await openModelFile(DEMO);
  const config = detectConfig(weights);
  const model = await loadModel(weights, precision, { gpu, shaders: readShaderSources() });
  model.createState();
  await weights.close();
  // Buffers are aligned.
  expect(weightByteLength(weights, config, precision) / model.weightBytes).toBeCloseTo(1, 2);
  const [told, taken] = [deviceByteLength(weights, config, precision), counting.counts.created];
  expect(told / taken).toBeGreaterThan(0.9);
  expect(told / taken).toBeLessThan(1.25);
});

test('fewer bits take less', async () => {
  const weights = await openModelFile(DEMO);
  const config = detectConfig(weights);
  await weights.close();
  const told = (['f16', 'int8', 'int4', 'nf4'] as const).map((it) => weightByteLength(weights, config, it));
  expect(told).toEqual([...told].sort((a, b) => b - a));
  expect(new Set(told).size).toBe(4);
});
