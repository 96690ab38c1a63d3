/** The three comparisons of what two engines answered, and their bounds. */
import type { GreedyStep } from './engine.ts';

/** Perplexities may differ by this share: rounding of f16 weights and another order of summation stay far below. */
const PERPLEXITY_BOUND = 0.005;
/** Share of prompts whose continuations must be the same: one near-tie in ten may fall the other way. */
const GREEDY_BOUND = 0.9;

export interface TokenisationResult {
  readonly ok: boolean;
  readonly tokens: number;
  /** Where the first difference is, with what follows on both sides. */
  readonly difference:
    { readonly index: number; readonly own: readonly number[]; readonly peer: readonly number[] } | undefined;
}

/** Both must have cut the text into the same tokens. */
export function compareTokenisation(own: readonly number[], peer: readonly number[]): TokenisationResult {
  const index = firstDifference(own, peer);
  const tokens = own.length;
  if (index === undefined) return { ok: true, tokens, difference: undefined };
  return {
    ok: false,
    tokens,
    difference: { index, own: own.slice(index, index + 8), peer: peer.slice(index, index + 8) },
  };
}

export interface PerplexityResult {
  readonly ok: boolean;
  readonly tokens: number;
  readonly own: number;
  readonly peer: number;
  /** |own − peer| / peer */
  readonly relativeDifference: number;
  readonly bound: number;
}

/** From the losses of the same text: one for each token but the first. */
export function comparePerplexity(ownLosses: readonly number[], peerLosses: readonly number[]): PerplexityResult {
  const [own, peer] = [perplexity(ownLosses), perplexity(peerLosses)];
  const relativeDifference = Math.abs(own - peer) / peer;
  const ok = ownLosses.length === peerLosses.length && relativeDifference <= PERPLEXITY_BOUND; // false for NaN
  return { ok, tokens: ownLosses.length + 1, own, peer, relativeDifference, bound: PERPLEXITY_BOUND };
}

export interface Continuation {
  readonly prompt: string;
  /** Position of the first differing token; undefined where all are the same. */
  readonly differsAt: number | undefined;
  /** Leads of the chosen logits at that position. */
  readonly margins: { readonly own: number; readonly peer: number } | undefined;
}

export interface GreedyResult {
  readonly ok: boolean;
  readonly same: number;
  readonly needed: number;
  readonly tokens: number;
  readonly continuations: readonly Continuation[];
}

/** What both chose after a prompt. Ours may lie along the peer's continuation: nothing is compared after a difference. */
export interface ContinuedPrompt {
  readonly prompt: string;
  readonly own: readonly GreedyStep[];
  readonly peer: readonly GreedyStep[];
}

/** Both have continued each prompt by `count` tokens. */
export function compareGreedy(prompts: readonly ContinuedPrompt[], count: number): GreedyResult {
  const continuations = prompts.map(({ prompt, own, peer }) => continuation(prompt, own, peer));
  const isWhole = prompts.every(({ own, peer }) => own.length === count && peer.length === count);
  const same = continuations.filter(({ differsAt }) => differsAt === undefined).length;
  const needed = Math.ceil(GREEDY_BOUND * prompts.length);
  return { ok: isWhole && same >= needed, same, needed, tokens: count, continuations };
}

function continuation(prompt: string, own: readonly GreedyStep[], peer: readonly GreedyStep[]): Continuation {
  const tokensOf = (steps: readonly GreedyStep[]): number[] => steps.map(({ token }) => token);
  const differsAt = firstDifference(tokensOf(own), tokensOf(peer));
  if (differsAt === undefined) return { prompt, differsAt, margins: undefined };
  return { prompt, differsAt, margins: { own: own[differsAt]?.margin ?? NaN, peer: peer[differsAt]?.margin ?? NaN } };
}

/** exp(mean loss). */
export const perplexity = (losses: readonly number[]): number =>
  Math.exp(losses.reduce((sum, loss) => sum + loss, 0) / losses.length);

/** Index of the first difference; the shorter length where one is the beginning of the other; undefined when equal. */
export function firstDifference(a: readonly number[], b: readonly number[]): number | undefined {
  const length = Math.max(a.length, b.length);
  for (let i = 0; i < length; i++) if (a[i] !== b[i]) return i;
  return undefined;
}
