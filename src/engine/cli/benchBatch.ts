/** The part of `anser bench` that decodes many sequences at once. */
import type { Rwkv7Model } from '../rwkv7/model.ts';
import { MOST_SEQUENCES } from '../rwkv7/sequenceModel.ts';
import { UsageError } from './arguments.ts';
import type { RunsPlan } from './benchRuns.ts';
import { formatRate } from './format.ts';
import type { Output } from './output.ts';
import { measured, ratesOf, secondsSince } from './spread.ts';

/** The sizes that `--batch` lists. @throws UsageError */
export function batchSizes(list: string): number[] {
  const sizes = list.split(',').map(Number);
  if (!sizes.every((size) => Number.isInteger(size) && size >= 1 && size <= MOST_SEQUENCES))
    throw new UsageError(
      `--batch takes whole numbers from 1 to ${MOST_SEQUENCES} with commas between, e.g. 1,4,16,64.`,
    );
  return sizes;
}

/** A row for each size of a batch. Tokens and rates, `min` and `max` too, are those of all sequences together. */
export async function benchBatches(
  model: Rwkv7Model,
  sizes: readonly number[],
  plan: RunsPlan,
  output: Output,
): Promise<void> {
  for (const batch of sizes) {
    const tokens = batch * plan.decode;
    const time = await measured(plan, () => batchSeconds(model, batch, plan));
    const { median: tokensPerSecond, min, max } = ratesOf(tokens, time);
    output.result(
      { type: 'decode', batch, tokens, seconds: time.median, tokensPerSecond, min, max },
      `decode in batches of ${batch}: ${formatRate(tokensPerSecond)} tokens/s (${formatRate(min)} to ${formatRate(max)})`,
    );
  }
}

/** `decode` steps of a batch, with the logits of all sequences after each, as `decode` gives them. */
async function batchSeconds(model: Rwkv7Model, size: number, { decode, signal }: RunsPlan): Promise<number> {
  const state = model.createState();
  const batch = await model.createBatch(Array.from({ length: size }, () => state)).finally(() => {
    state.dispose();
  });
  try {
    const started = performance.now();
    for (let step = 0; step < decode; step++) {
      signal.throwIfAborted();
      await batch.step(Array.from({ length: size }, (_, i) => 1 + ((step * 37 + i) % 256)));
    }
    return secondsSince(started);
  } finally {
    batch.dispose();
  }
}
