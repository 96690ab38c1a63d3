/** The part of `anser bench` that decodes in runs, with the sampler on the device and two runs under way. */
import type { Rwkv7Model } from '../rwkv7/model.ts';
import type { DecodeRun, DecodeRuns } from '../rwkv7/sequenceModel.ts';
import type { GpuState } from '../rwkv7/state.ts';
import { createSampler } from '../sampling/sampler.ts';
import { formatRate } from './format.ts';
import type { Output } from './output.ts';
import { measured, ratesOf, secondsSince, type Repetition } from './spread.ts';

/** Tokens of a run. */
const RUN_LENGTHS = [1, 8, 32];

const GREEDY = { temperature: 0, topP: 1, topK: 0, presencePenalty: 0, frequencyPenalty: 0, penaltyDecay: 1, seed: 1 };

export interface RunsPlan extends Repetition {
  /** Tokens to decode. */
  readonly decode: number;
}

/** A row for each length of a run; `min` and `max` are rates, too. Nothing where the model offers no runs. */
export async function benchRuns(model: Rwkv7Model, plan: RunsPlan, output: Output): Promise<void> {
  const { runs } = model;
  if (!runs) return;
  for (const run of RUN_LENGTHS) {
    // Whole runs only: the last one must be like the others.
    const tokens = run * Math.ceil(plan.decode / run);
    const time = await measured(plan, () => greedySeconds(model, runs, run, tokens, plan.signal));
    const { median: tokensPerSecond, min, max } = ratesOf(tokens, time);
    output.result(
      { type: 'decode', run, tokens, seconds: time.median, tokensPerSecond, min, max },
      `decode in runs of ${run}: ${formatRate(tokensPerSecond)} tokens/s (${formatRate(min)} to ${formatRate(max)})`,
    );
  }
}

async function greedySeconds(
  model: Rwkv7Model,
  runs: DecodeRuns<GpuState>,
  length: number,
  tokens: number,
  signal: AbortSignal,
): Promise<number> {
  const state = model.createState();
  const sampler = await runs.createSampler(1, createSampler(GREEDY).memory);
  try {
    const started = performance.now();
    let before: DecodeRun | undefined;
    for (let done = 0; done < tokens; done += length) {
      signal.throwIfAborted();
      const next = await runs.decodeRun(state, length, sampler);
      await before?.result;
      before = next;
    }
    await before?.result;
    return secondsSince(started);
  } finally {
    sampler.dispose();
    state.dispose();
  }
}
