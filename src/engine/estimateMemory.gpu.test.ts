/** The estimate against what a real device is asked for, with the demo model: loading, reading, an answer, a snapshot. */
import { expect, test } from 'vitest';
import { openTestGpu } from '../../test/support/gpu.ts';
import { createMemoryStore } from '../../test/support/memoryStore.ts';
import { estimateMemory } from './estimateMemory.ts';
import type { Gpu } from './gpu/device.ts';
import { openModelFile } from './hosts/node.ts';
import { demoModelPath } from './hosts/paths.ts';
import { readShaderSources } from './hosts/shaderSources.ts';
import { loadModel } from './loadModel.ts';
import { presetSampling } from './sampling/presets.ts';
import { createSessions } from './session/session.ts';
import { createTokenizer } from './tokenizer/tokenizer.ts';

/** Counts the bytes of buffers that are there, and the most at a time. */
function watchBuffers({ device }: Gpu): { live: number; most: number } {
  const counts = { live: 0, most: 0 };
  const create = device.createBuffer.bind(device);
  device.createBuffer = (descriptor) => {
    const buffer = create(descriptor);
    const destroy = buffer.destroy.bind(buffer);
    let live = true;
    counts.live += buffer.size;
    counts.most = Math.max(counts.most, counts.live);
    buffer.destroy = () => {
      if (live) counts.live -= buffer.size;
      live = false;
      destroy();
    };
    return buffer;
  };
  return counts;
}

test.each([
  ['as it is', 'source'],
  ['taken for a GPU', 'int8'],
] as const)('the software device %s, weights %s', async (how, precision) => {
  const opened = await openTestGpu({ noMatrixUnits: true });
  const counts = watchBuffers(opened);
  const gpu: Gpu = { ...opened, caps: { ...opened.caps, isCpu: how === 'as it is' } };
  const weights = await openModelFile(demoModelPath());
  const estimate = await estimateMemory(weights, precision, gpu.caps);
  const model = await loadModel(weights, precision, { gpu, shaders: readShaderSources() });
  const tokenizer = createTokenizer(weights.vocabulary ?? new Map());
  await weights.close();
  expect(estimate).toMatchObject({ weightBytes: model.weightBytes, stateBytes: model.stateBytes });

  const session = createSessions({ model, modelName: 'demo', tokenizer, store: createMemoryStore() }).open();
  await session.prefill(tokenizer.encode('User: The lighthouse was built in 1851.\n\nAssistant:'));
  const sampling = presetSampling('chat', 1);
  for await (const event of session.generate({ sampling, stop: [], maxTokens: 8 })) expect(event).toBeDefined();
  await session.save('measured');
  expect(counts.most / estimate.totalBytes).toBeGreaterThan(0.95);
  expect(counts.most / estimate.totalBytes).toBeLessThan(1.05);
  session.dispose();
  model.dispose();
  expect(counts.live).toBe(0);
  gpu.destroy();
});
