/** Brings a model's weights onto the device, from wherever a filler has them. */
import type { Gpu } from '../gpu/device.ts';
import type { ModelConfig } from './config.ts';
import { LAYER_VECTORS, MODEL_VECTORS } from './layout.ts';
import { matricesOf, placeWeights } from './placeWeights.ts';
import type { ModelWeights, WeightFiller } from './weights.ts';

/** Loads all weights of a model through `filler`. @throws EngineError `out-of-memory`, and what the filler throws */
export async function fillWeights(gpu: Gpu, config: ModelConfig, filler: WeightFiller): Promise<ModelWeights> {
  const weights = placeWeights(gpu, config, (role, wanted) => filler.format(role, wanted));
  const { embedding, head, vectors, layers } = weights;
  try {
    await filler.fill(embedding);
    await filler.fillVectors({ buffer: vectors, offset: 0, size: vectors.size }, MODEL_VECTORS);
    for (const [index, layer] of layers.entries()) {
      await filler.fillVectors(
        layer.vectors,
        LAYER_VECTORS.map((name) => `blocks.${index}.${name}`),
      );
      for (const matrix of matricesOf(layer)) await filler.fill(matrix);
    }
    await filler.fill(head);
    await filler.finish();
    return weights;
  } catch (error) {
    // Nothing may be written to buffers that are no more.
    await filler.finish().catch(() => undefined);
    weights.destroy();
    throw error;
  }
}
