/** The weights of the reference model: every tensor by its official name, as f32, matrices [out][in]. */
import { EngineError } from '../api/errors.ts';
import { readTensorF32 } from '../formats/readTensor.ts';
import type { WeightSource } from '../formats/weightSource.ts';
import type { ModelConfig } from '../rwkv7/config.ts';
import { expectedTensors } from '../rwkv7/detect.ts';
import type { Vector } from './ops.ts';

/** Tensors by official name (`blocks.0.att.w1`); matrices are [out][in] row by row, the low-rank adapters too. */
export type ReferenceWeights = ReadonlyMap<string, Vector>;

/**
 * Reads all tensors of a model file into memory as f32 (four bytes a parameter: for small models).
 * @param config as found in the same file by `detectConfig`, which also checks the shapes
 * @throws EngineError `model-unreadable` from reading
 */
export async function loadReferenceWeights(source: WeightSource, config: ModelConfig): Promise<ReferenceWeights> {
  const weights = new Map<string, Vector>();
  for (const [name] of expectedTensors(config)) weights.set(name, await readTensorF32(source, name));
  return weights;
}

/** @throws EngineError `invalid-argument` when there is no tensor of this name */
export function tensor(weights: ReferenceWeights, name: string): Vector {
  const data = weights.get(name);
  if (!data) throw new EngineError('invalid-argument', `The reference model has no tensor ${name}.`);
  return data;
}
