/** The options for how answers are chosen, the same for every command that writes. */
import { presetSampling, type PresetName } from '../sampling/presets.ts';
import type { Sampling } from '../sampling/types.ts';
import type { Arguments, OptionTable } from './arguments.ts';

export const SAMPLING_OPTIONS = {
  temperature: { value: 'T', help: '0 always takes the likeliest token; default 1' },
  'top-p': { value: 'P', help: 'keep the likeliest tokens that together reach this probability' },
  seed: { value: 'N', help: 'the same seed gives the same answer; default 0' },
} satisfies OptionTable;

/** The preset with what the command line changes. */
export function samplingFrom(args: Arguments, preset: PresetName): Sampling {
  const sampling = presetSampling(preset, args.number('seed', { least: 0, whole: true }) ?? 0);
  return {
    ...sampling,
    temperature: args.number('temperature', { least: 0, most: 10 }) ?? sampling.temperature,
    topP: args.number('top-p', { least: 0, most: 1 }) ?? sampling.topP,
  };
}
