/** `inspectModel`: what a model file holds, and what it would take, from its header alone. */
import { basename } from 'node:path';
import { PRECISION_NAMES, type ModelFacts } from '../api/schemas.ts';
import { estimateMemory, FULL_CAPS } from '../estimateMemory.ts';
import { fileFacts } from '../fileFacts.ts';
import type { WeightSource } from '../formats/weightSource.ts';
import { detectConfig } from '../rwkv7/detect.ts';

/** @throws EngineError `model-unreadable`, `model-unsupported` */
export async function inspectModel(path: string): Promise<ModelFacts> {
  const { openModelFile } = await import('../hosts/node.ts');
  const weights = await openModelFile(path);
  try {
    return await factsOf(weights, path);
  } finally {
    await weights.close();
  }
}

async function factsOf(weights: WeightSource, path: string): Promise<ModelFacts> {
  const config = detectConfig(weights);
  const { formats, ...sums } = fileFacts(weights, config);
  const memory: ModelFacts['memory'] = [];
  for (const precision of PRECISION_NAMES)
    memory.push({ precision, bytes: (await estimateMemory(weights, precision, FULL_CAPS)).cardBytes });
  return {
    name: weights.metadata.get('general.name') ?? basename(path),
    container: weights.container,
    layers: config.layers,
    width: config.width,
    ...sums,
    formats: Array.from(formats, ([format, count]) => ({ format, tensors: count })),
    memory,
  };
}
