/** `anser inspect MODEL`: what a model file holds, from its header alone. */
import { estimateMemory, FULL_CAPS, type MemoryEstimate } from '../estimateMemory.ts';
import { fileFacts } from '../fileFacts.ts';
import type { TensorInfo, WeightSource } from '../formats/weightSource.ts';
import type { ModelConfig } from '../rwkv7/config.ts';
import { detectConfig } from '../rwkv7/detect.ts';
import { precisionText } from '../rwkv7/precision.ts';
import type { Command } from './command.ts';
import { formatBytes, formatCount } from './format.ts';

export const inspect: Command = {
  name: 'inspect',
  summary: 'Shows what a model file holds, without loading it.',
  operands: 'MODEL',
  operandCount: 1,
  options: { tensors: { help: 'list every tensor' } },
  run: async ({ args, output, precision }) => {
    const weights = await (await import('../hosts/node.ts')).openModelFile(args.operand(0));
    try {
      const config = detectConfig(weights);
      const memory = { precision: precisionText(precision), ...(await estimateMemory(weights, precision, FULL_CAPS)) };
      const facts = { ...factsOf(weights, config), memory };
      const tensors = args.flag('tensors') ? [...weights.tensors.values()] : [];
      output.result(
        args.flag('tensors') ? { ...facts, tensors } : facts,
        [describe(facts), ...tensors.map(tensorLine)].join('\n'),
      );
    } finally {
      await weights.close();
    }
  },
};

function factsOf(weights: WeightSource, config: ModelConfig) {
  const { parameters, weightBytes, stateBytes, formats } = fileFacts(weights, config);
  return {
    name: weights.name,
    container: weights.container,
    config,
    parameters,
    weightBytes,
    stateBytes,
    formats: Object.fromEntries(formats),
    hasVocabulary: weights.vocabulary !== undefined,
    metadata: Object.fromEntries(weights.metadata),
  };
}

function describe({
  name,
  container,
  config,
  parameters,
  weightBytes,
  stateBytes,
  formats,
  hasVocabulary,
  metadata,
  memory,
}: ReturnType<typeof factsOf> & { memory: Memory }): string {
  const { layers, width, heads, headSize, ffnWidth, vocabularySize, ranks } = config;
  return [
    `${name} (${container}): RWKV-7, ${formatCount(parameters)} parameters, ${formatBytes(weightBytes)}`,
    `  layers ${layers}, width ${width}, heads ${heads} of ${headSize}, channel mix ${ffnWidth}, vocabulary ${vocabularySize}`,
    `  ranks: decay ${ranks.decay}, in-context learning rate ${ranks.iclr}, value ${ranks.value}, gate ${ranks.gate}`,
    `  tensors: ${Object.entries(formats)
      .map(([format, count]) => `${count} ${format}`)
      .join(', ')}`,
    `  state: ${formatBytes(stateBytes)} at any length; vocabulary ${hasVocabulary ? 'in the file' : 'not in the file'}`,
    memoryLine(memory),
    ...Object.entries(metadata).map(([key, value]) => `  ${key}: ${value}`),
  ].join('\n');
}

/** The estimate for a precision. */
interface Memory extends MemoryEstimate {
  readonly precision: string;
}

const memoryLine = ({ precision, cardBytes, weightBytes, stateBytes, scratchBytes }: Memory): string =>
  `  memory on the GPU: about ${formatBytes(cardBytes)} with --precision ${precision}: ` +
  `weights ${formatBytes(weightBytes)}, state ${formatBytes(stateBytes)}, running ${formatBytes(scratchBytes)}, the rest the driver's`;

const tensorLine = ({ name, shape, format, byteLength, transposed }: TensorInfo): string =>
  `  ${name}  [${shape.join(', ')}]  ${format}${transposed ? ' (stored transposed)' : ''}, ${formatBytes(byteLength)}`;
