/** What a model file amounts to, from its header alone. */
import { elementCount } from './formats/blockFormats.ts';
import type { WeightSource } from './formats/weightSource.ts';
import { stateByteLength, type ModelConfig } from './rwkv7/config.ts';

export interface FileFacts {
  readonly parameters: number;
  /** In the file. */
  readonly weightBytes: number;
  readonly stateBytes: number;
  /** How many tensors are stored in each format. */
  readonly formats: ReadonlyMap<string, number>;
}

export function fileFacts({ tensors }: WeightSource, config: ModelConfig): FileFacts {
  const formats = new Map<string, number>();
  let [parameters, weightBytes] = [0, 0];
  for (const { format, shape, byteLength } of tensors.values()) {
    formats.set(format, (formats.get(format) ?? 0) + 1);
    parameters += elementCount(shape);
    weightBytes += byteLength;
  }
  return { parameters, weightBytes, stateBytes: stateByteLength(config), formats };
}
