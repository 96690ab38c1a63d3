/** `inspectModel`: what a model file holds, and what it would take, from its header alone. */
import { basename } from 'node:path';
import { PRECISION_NAMES, type ModelFacts } from '../api/schemas.ts';
import { elementCount } from '../formats/blockFormats.ts';
import type { WeightSource } from '../formats/weightSource.ts';
import { stateByteLength } from '../rwkv7/config.ts';
import { detectConfig } from '../rwkv7/detect.ts';
import { deviceByteLength } from '../rwkv7/deviceMemory.ts';

/** @throws EngineError `model-unreadable`, `model-unsupported` */
export async function inspectModel(path: string): Promise<ModelFacts> {
  const { openModelFile } = await import('../hosts/node.ts');
  const weights = await openModelFile(path);
  try {
    return factsOf(weights, path);
  } finally {
    await weights.close();
  }
}

function factsOf(weights: WeightSource, path: string): ModelFacts {
  const config = detectConfig(weights);
  const tensors = [...weights.tensors.values()];
  const formats = new Map<string, number>();
  for (const { format } of tensors) formats.set(format, (formats.get(format) ?? 0) + 1);
  return {
    name: weights.metadata.get('general.name') ?? basename(path),
    container: weights.container,
    parameters: tensors.reduce((sum, { shape }) => sum + elementCount(shape), 0),
    layers: config.layers,
    width: config.width,
    weightBytes: tensors.reduce((sum, { byteLength }) => sum + byteLength, 0),
    stateBytes: stateByteLength(config),
    formats: Array.from(formats, ([format, count]) => ({ format, tensors: count })),
    memory: PRECISION_NAMES.map((precision) => ({ precision, bytes: deviceByteLength(weights, config, precision) })),
  };
}
