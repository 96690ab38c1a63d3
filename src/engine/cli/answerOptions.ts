/** The options for how answers are chosen, the same for every command that writes. */
import type { Sampling } from '../sampling/types.ts';
import type { Arguments, OptionTable } from './arguments.ts';

export const SAMPLING_OPTIONS = {
  temperature: { value: 'T', help: '0 always takes the likeliest token; default 1' },
  'top-p': { value: 'P', help: 'keep the likeliest tokens that together reach this probability; default 0.2' },
  seed: { value: 'N', help: 'the same seed gives the same answer; default 0' },
} satisfies OptionTable;

/** ChatRWKV's settings for questions and answers: close to the likeliest, against repetition. */
const FACTUAL: Sampling = { temperature: 1, topP: 0.2, topK: 0, presencePenalty: 0.3, frequencyPenalty: 0.3, penaltyDecay: 0.996, seed: 0 };

export function samplingFrom(args: Arguments): Sampling {
  return {
    ...FACTUAL,
    temperature: args.number('temperature', { least: 0, most: 10 }) ?? FACTUAL.temperature,
    topP: args.number('top-p', { least: 0, most: 1 }) ?? FACTUAL.topP,
    seed: args.number('seed', { least: 0, whole: true }) ?? FACTUAL.seed,
  };
}
