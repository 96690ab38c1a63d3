/** The plan on matrix units on a device that computes nothing: no adapter with such units is needed to see it built. */
import { expect, test } from 'vitest';
import { createCountingGpu } from '../../../test/support/countingGpu.ts';
import { FULL_CAPS } from '../estimateMemory.ts';
import { openModelFile } from '../hosts/node.ts';
import { resourcePath } from '../hosts/resources.ts';
import { readShaderSources } from '../hosts/shaderSources.ts';
import { loadModel } from '../loadModel.ts';

test.each(['source', 'f16'] as const)('the demo model as %s', async (precision) => {
  const gpu = createCountingGpu({ caps: FULL_CAPS });
  const weights = await openModelFile(resourcePath('models/anser-demo-q8_0.gguf'));
  const model = await loadModel(weights, precision, { gpu, shaders: readShaderSources() });
  await weights.close();
  expect(model.maxChunk).toBe(2048);
});
