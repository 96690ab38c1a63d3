/** Random weights of the true shapes, made on the device: speed can be measured without a model file. */
import { EngineError } from '../api/errors.ts';
import { elementCount } from '../formats/blockFormats.ts';
import { HEAD_SIZE_KEY } from '../formats/tensorTable.ts';
import type { ModelHeader, TensorInfo } from '../formats/weightSource.ts';
import type { Gpu } from '../gpu/device.ts';
import { bind, PipelineCache } from '../gpu/kernel.ts';
import type { ShaderSources } from '../gpu/shader.ts';
import { randomWeights } from '../kernels/kernels.ts';
import { RANDOM_WORD_KINDS, randomWeightsVariant } from '../kernels/variants.ts';
import { WEIGHT_LAYOUTS, type WeightFormat } from '../kernels/weightFormats.ts';
import type { ModelConfig } from './config.ts';
import { expectedTensors } from './detect.ts';
import { DeviceFormats } from './deviceFormats.ts';
import type { Matrix, Span } from './matrix.ts';
import type { Precision } from './precision.ts';
import type { MatrixRole, WantedMatrix, WeightFiller } from './weights.ts';

/** layers, width, ranks (decay, iclr, value, gate) of the released RWKV-7 models; read off their tensors. */
const RELEASED: Readonly<Record<string, readonly [number, number, number, number, number, number]>> = {
  '0.1b': [12, 768, 64, 64, 32, 128],
  '0.4b': [24, 1024, 64, 64, 32, 128],
  '1.5b': [24, 2048, 96, 96, 64, 256],
  '2.9b': [32, 2560, 96, 96, 64, 320],
  '7.2b': [32, 4096, 128, 128, 96, 480],
  '13.3b': [61, 4096, 192, 192, 128, 384],
};

/** The shape of a released model by its size in parameters. @throws EngineError `invalid-argument` */
export function releasedConfig(size: string): ModelConfig {
  const shape = RELEASED[size.toLowerCase()];
  if (!shape)
    throw new EngineError('invalid-argument', `There is no released size "${size}".`, {
      nextStep: `Choose one of ${Object.keys(RELEASED).join(', ')}.`,
    });
  const [layers, width, decay, iclr, value, gate] = shape;
  return {
    layers,
    width,
    heads: width / 64,
    headSize: 64,
    ffnWidth: 4 * width,
    vocabularySize: 65536,
    ranks: { decay, iclr, value, gate },
    hasEmbeddingNorm: true,
  };
}

/** The header that the official file of a released size has: bf16 all through. @throws EngineError `invalid-argument` */
export const releasedHeader = (size: string): ModelHeader => officialHeader(releasedConfig(size), `RWKV-7 ${size}`);

/** The same for a shape. */
function officialHeader(config: ModelConfig, name: string): ModelHeader {
  const tensors = new Map<string, TensorInfo>();
  for (const [tensor, shape] of expectedTensors(config))
    tensors.set(tensor, {
      ...{ name: tensor, shape, format: 'bf16', byteLength: 2 * elementCount(shape), transposed: false },
    });
  return { name, tensors, metadata: new Map([[HEAD_SIZE_KEY, String(config.headSize)]]) };
}

/** Workgroups of one fill dispatch; the kernel strides over the rest. */
const FILL_GROUPS = 4096;

/** Fills matrices on the device with small random numbers, vectors with numbers near those of a trained model. */
export class SyntheticFiller implements WeightFiller {
  readonly #gpu: Gpu;
  readonly #cache: PipelineCache;
  readonly #formats: DeviceFormats;
  readonly #width: number;

  constructor(gpu: Gpu, shaders: ShaderSources, config: ModelConfig, precision: Precision) {
    this.#gpu = gpu;
    this.#cache = new PipelineCache(gpu, shaders);
    this.#formats = new DeviceFormats(gpu.caps, officialHeader(config, 'random weights'), precision);
    this.#width = config.width;
  }

  async fill({ format, slices }: Matrix): Promise<void> {
    for (const { weights, scales } of slices) {
      await this.#fill(weights, RANDOM_WORD_KINDS[format].weights);
      if (WEIGHT_LAYOUTS[format].block > 0) await this.#fill(scales, RANDOM_WORD_KINDS[format].scales);
    }
    // Waiting here keeps a broken device from looking like a fast one.
    await this.#gpu.device.queue.onSubmittedWorkDone();
    this.#gpu.check();
  }

  finish(): Promise<void> {
    return Promise.resolve();
  }

  format(role: MatrixRole, wanted: WantedMatrix): WeightFormat {
    return this.#formats.of(role, wanted);
  }

  async #fill(words: Span, kind: number): Promise<void> {
    const pipeline = await this.#cache.get(randomWeights, randomWeightsVariant(kind, FILL_GROUPS));
    const encoder = this.#gpu.device.createCommandEncoder();
    const pass = encoder.beginComputePass();
    pass.setPipeline(pipeline.pipeline);
    pass.setBindGroup(0, bind(this.#gpu, pipeline, { words }));
    pass.dispatchWorkgroups(FILL_GROUPS);
    pass.end();
    this.#gpu.device.queue.submit([encoder.finish()]);
  }

  fillVectors({ buffer, offset }: Span, names: readonly string[]): Promise<void> {
    const data = new Float32Array(names.length * this.#width);
    names.forEach((name, index) => {
      // Norm weights near 1; everything else in a range where decay, rates and mixes are all in use.
      const centre = name.endsWith('.weight') ? 1 : 0;
      for (let c = 0; c < this.#width; c++)
        data[index * this.#width + c] = centre + 0.5 * Math.sin(index + 12.9898 * c);
    });
    this.#gpu.device.queue.writeBuffer(buffer, offset, data);
    return Promise.resolve();
  }
}
