/**
 * Settings that are known to work with RWKV-7, each from the published example named beside it. Small models repeat
 * themselves without penalties; penalties hurt the quoting of names and numbers.
 */
import type { Sampling } from './types.ts';

export type PresetName = 'chat' | 'documentQuestion' | 'greedy' | 'thinking';

const PRESETS: Readonly<Record<PresetName, Omit<Sampling, 'seed'>>> = {
  /** ChatRWKV, API_DEMO_CHAT (G1b 1.5B), where token 0 is banned; our answers may end with it. */
  chat: { temperature: 1, topP: 0.3, topK: 0, presencePenalty: 0.5, frequencyPenalty: 0.5, penaltyDecay: 0.996 },
  /** ChatRWKV, API_DEMO_CHAT with a tuned state, single questions. */
  documentQuestion: {
    temperature: 1,
    topP: 0.2,
    topK: 0,
    presencePenalty: 0.3,
    frequencyPenalty: 0.3,
    penaltyDecay: 0.996,
  },
  /** The best token each time: the same answer whatever the seed. */
  greedy: { temperature: 0, topP: 1, topK: 0, presencePenalty: 0, frequencyPenalty: 0, penaltyDecay: 1 },
  /** README of the `rwkv` package 0.8.31, G1 with reasoning. */
  thinking: { temperature: 1, topP: 0.5, topK: 100, presencePenalty: 0, frequencyPenalty: 0, penaltyDecay: 0.997 },
};

/** The settings of a preset with a seed. */
export const presetSampling = (name: PresetName, seed: number): Sampling => ({ ...PRESETS[name], seed });
