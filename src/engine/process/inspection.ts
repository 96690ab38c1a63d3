/** `inspectModel`: what a model file holds, and what it would take, from its header alone. */
import { basename } from 'node:path';
import { PRECISION_NAMES, type ModelFacts } from '../api/schemas.ts';
import { elementCount } from '../formats/blockFormats.ts';
import type { WeightSource } from '../formats/weightSource.ts';
import { stateByteLength } from '../rwkv7/config.ts';
import { detectConfig } from '../rwkv7/detect.ts';
import { estimateMemory, FULL_CAPS } from '../estimateMemory.ts';

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
  const tensors = [...weights.tensors.values()];
  const formats = new Map<string, number>();
  for (const { format } of tensors) formats.set(format, (formats.get(format) ?? 0) + 1);
  const memory: ModelFacts['memory'] = [];
  for (const precision of PRECISION_NAMES)
    memory.push({ precision, bytes: (await estimateMemory(weights, precision, FULL_CAPS)).totalBytes });
  return {
    name: weights.metadata.get('general.name') ?? basename(path),
    container: weights.container,
    parameters: tensors.reduce((sum, { shape }) => sum + elementCount(shape), 0),
    layers: config.layers,
    width: config.width,
    weightBytes: tensors.reduce((sum, { byteLength }) => sum + byteLength, 0),
    stateBytes: stateByteLength(config),
    formats: Array.from(formats, ([format, count]) => ({ format, tensors: count })),
    memory,
  };
}
