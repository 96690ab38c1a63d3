/** The kernels that choose the next token on the device; what they compute is said in their WGSL. */
import type { Caps } from '../gpu/device.ts';
import { defineKernel } from '../gpu/kernel.ts';
import type { Variant } from '../gpu/shader.ts';

export const sampleScan = defineKernel('sample_scan', {
  logits: 'read',
  flags: 'read',
  counts: 'write',
  keys: 'write',
  partials: 'write',
  settings: 'uniform',
});

export const samplePick = defineKernel('sample_pick', {
  keys: 'read',
  partials: 'read',
  flags: 'read',
  counts: 'write',
  run: 'write',
  ids: 'write',
  tokens: 'write',
  settings: 'uniform',
});

/** How tokens are chosen, as the sampler on the host has it (`Sampling`). */
export interface SampleRules {
  readonly temperature: number;
  readonly topP: number;
  readonly topK: number;
  readonly presencePenalty: number;
  readonly frequencyPenalty: number;
  readonly penaltyDecay: number;
}

type SampleCaps = Pick<Caps, 'subgroups' | 'maxInvocations'>;

/** `sample_scan`: invocations of a workgroup and tokens of each. Many small workgroups: the whole GPU reads the logits. */
const SCAN = { workgroup: 256, items: 2 } as const;

/** `sample_pick`: as many invocations as the sums between them allow, which are a tree where there are no subgroups. */
export const pickWorkgroup = ({ subgroups, maxInvocations }: SampleCaps): number =>
  subgroups && maxInvocations >= 512 ? 512 : 256;

const libraries = ({ subgroups }: Pick<Caps, 'subgroups'>): Record<string, string> =>
  subgroups
    ? { lane: 'lib/lane_subgroup', reduce: 'lib/reduce_subgroup', best: 'lib/best_subgroup' }
    : { lane: 'lib/lane_workgroup', reduce: 'lib/reduce_workgroup', best: 'lib/best_workgroup' };

export const sampleScanVariant = (caps: Pick<Caps, 'subgroups'>): Variant => ({
  imports: libraries(caps),
  constants: { WORKGROUP_SIZE: SCAN.workgroup, ITEMS: SCAN.items },
});

export const samplePickVariant = (caps: SampleCaps): Variant => ({
  imports: libraries(caps),
  constants: { WORKGROUP_SIZE: pickWorkgroup(caps) },
});

/** Workgroups of `sample_scan`, each of which leaves four words in `partials`. */
export const scanGroups = (vocabularySize: number): number => Math.ceil(vocabularySize / (SCAN.workgroup * SCAN.items));

/** A power beyond which only the best tokens can be drawn anyway, and with which no product overflows. */
const MOST_POWER = 1e30;

/** The bytes of the uniform struct `Settings`. */
export function sampleSettings(rules: SampleRules, vocabularySize: number): ArrayBuffer {
  const { temperature, topP, topK, presencePenalty, frequencyPenalty, penaltyDecay } = rules;
  const bytes = new ArrayBuffer(48);
  const words = new Uint32Array(bytes);
  const numbers = new Float32Array(bytes);
  words.set([vocabularySize, scanGroups(vocabularySize), Number(temperature === 0), Number(penalises(rules))]);
  numbers.set([presencePenalty, frequencyPenalty, penaltyDecay, topP], 4);
  words[8] = Math.min(topK, vocabularySize);
  numbers[9] = Math.min(1 / temperature, MOST_POWER);
  return bytes;
}

/** Whether occurrences have to be counted. */
export const penalises = ({
  presencePenalty,
  frequencyPenalty,
}: Pick<SampleRules, 'presencePenalty' | 'frequencyPenalty'>): boolean =>
  presencePenalty !== 0 || frequencyPenalty !== 0;

/** The words of `flags`: for each set of tokens one bit a token, rounded up to a word. */
export function sampleFlags(
  vocabularySize: number,
  banned: Iterable<number>,
  uncounted: Iterable<number>,
): Uint32Array<ArrayBuffer> {
  const setWords = Math.ceil(vocabularySize / 32);
  const words = new Uint32Array(2 * setWords);
  for (const [set, tokens] of [banned, uncounted].entries())
    for (const token of tokens) {
      const word = set * setWords + (token >>> 5);
      if (token < vocabularySize) words[word] = (words[word] ?? 0) | (1 << (token & 31));
    }
  return words;
}

/** In place of an id: what `sample_pick` says when it can choose nothing. */
export const NOT_FINITE_BIT = 0x80000000;
export const ALL_BANNED = 0xffffffff;
