/** How well a model fits the memory that it can have, and which one to recommend. Pure. */
import type { InferOutput } from 'valibot';
import type { fit, ModelMemory } from '../api/models.ts';
import { CATALOGUE, type CatalogueModel, type Precision } from './catalogue.ts';

export type Fit = InferOutput<typeof fit>;

/** Up to this part of the memory a model leaves room for the desktop, further states and the driver's own needs. */
const COMFORTABLE = 0.85;
/** Beyond this part drivers start to move memory to and fro, which makes a model ten to twenty times slower. */
const MOST = 0.97;
/** Sizes that cards are sold in. */
const CARD_GIBIBYTES = [2, 4, 6, 8, 10, 12, 16, 20, 24, 32, 48, 64, 80, 96, 128];
const GIBIBYTE = 2 ** 30;

/** Null: unknown. */
export function fitOf(neededBytes: number | null, memoryBytes: number | null): Fit {
  if (neededBytes === null || memoryBytes === null) return 'unknown';
  if (neededBytes <= COMFORTABLE * memoryBytes) return 'fits';
  return neededBytes <= MOST * memoryBytes ? 'tight' : 'too-big';
}

/** The smallest usual GPU, in gibibytes of memory, on which something fits: advice where the memory is unknown. */
export const advisedGibibytes = (neededBytes: number): number | null =>
  CARD_GIBIBYTES.find((gibibytes) => fitOf(neededBytes, gibibytes * GIBIBYTE) === 'fits') ?? null;

export interface Recommendation {
  readonly model: CatalogueModel;
  readonly precision: Precision;
}

/**
 * From the best answers to the worst: a larger model with fewer bits says better things than a smaller one with more, down
 * to a point. Below 1.5B, models lose too much when quantised.
 */
const PRECISIONS: Readonly<Record<CatalogueModel['parameters'], readonly Precision[]>> = {
  '13.3B': ['source', 'int8', 'nf4'],
  '7.2B': ['source', 'int8', 'nf4'],
  '2.9B': ['source', 'int8', 'nf4'],
  '1.5B': ['source', 'int8'],
  '0.4B': ['source'],
  '0.1B': ['source'],
};

/** Where the memory is unknown, a model that most computers of these years run. */
const FOR_UNKNOWN = { parameters: '1.5B', precision: 'int8' } as const;

/**
 * Most parameters of what is recommended: memory is not what limits CPUs and most GPUs that share the machine's memory, they
 * would only be too slow to read a document with.
 */
const MOST_PARAMETERS: Readonly<Record<ModelMemory['of'], number>> = { gpu: Infinity, shared: 3e9, cpu: 0.5e9 };

/** The model and precision to begin with in this memory (null: unknown). */
export function recommend(memory: ModelMemory | null, models = CATALOGUE): Recommendation | undefined {
  if (memory === null) {
    const model = models.find(({ parameters }) => parameters === FOR_UNKNOWN.parameters);
    return model && { model, precision: FOR_UNKNOWN.precision };
  }
  const quickEnough = models.filter(({ parameterCount }) => parameterCount <= MOST_PARAMETERS[memory.of]);
  const largestFirst = quickEnough.toSorted((a, b) => b.parameterCount - a.parameterCount);
  for (const model of largestFirst)
    for (const precision of PRECISIONS[model.parameters])
      if (fitOf(model.gpuBytes[precision], memory.bytes) === 'fits') return { model, precision };
  const smallest = largestFirst.at(-1);
  return smallest && { model: smallest, precision: 'source' };
}
