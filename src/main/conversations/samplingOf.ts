/** The numbers behind a choice of sampling, with a seed of its own for each answer. */
import { randomInt } from 'node:crypto';
import { presetSampling } from '../../engine/sampling/presets.ts';
import type { EngineApi } from '../../engine/api/contract.ts';
import type { SamplingChoice } from '../api/settings.ts';

type Sampling = Parameters<EngineApi['answer']>[0]['sampling'];

/** Seeds are 32 bits. */
const SEEDS = 2 ** 32;

export function samplingOf({ preset, custom }: SamplingChoice, seed = randomInt(SEEDS)): Sampling {
  if (preset === 'custom' && custom) return { ...custom, seed };
  const { banned: _, ...numbers } = presetSampling(preset === 'custom' ? 'chat' : preset, seed);
  return numbers;
}

/** Penalties for repetition would spoil a long thought: with a thought in full the chat's preset gives way. */
export const samplingForTurn = (choice: SamplingChoice, think: 'off' | 'fast' | 'full'): Sampling =>
  samplingOf(choice.preset === 'chat' && think === 'full' ? { preset: 'thinking', custom: null } : choice);
