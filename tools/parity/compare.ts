/** The three comparisons of two engines, and their bounds. */
import type { GreedyStep, ParityEngine } from './engine.ts';

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

/** Both must cut the text into the same tokens. */
export function compareTokenisation(own: ParityEngine, peer: ParityEngine, text: string): TokenisationResult {
  const [a, b] = [own.tokenize(text), peer.tokenize(text)];
  const index = firstDifference(a, b);
  if (index === undefined) return { ok: true, tokens: a.length, difference: undefined };
  return {
    ok: false,
    tokens: a.length,
    difference: { index, own: a.slice(index, index + 8), peer: b.slice(index, index + 8) },
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

export async function comparePerplexity(
  own: ParityEngine,
  peer: ParityEngine,
  tokens: readonly number[],
): Promise<PerplexityResult> {
  const [a, b] = [perplexity(await own.losses(tokens)), perplexity(await peer.losses(tokens))];
  const relativeDifference = Math.abs(a - b) / b;
  const ok = relativeDifference <= PERPLEXITY_BOUND; // false for NaN
  return { ok, tokens: tokens.length, own: a, peer: b, relativeDifference, bound: PERPLEXITY_BOUND };
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

/** Both continue each prompt greedily by `count` tokens. */
export async function compareGreedy(
  own: ParityEngine,
  peer: ParityEngine,
  prompts: readonly string[],
  count: number,
): Promise<GreedyResult> {
  const continuations: Continuation[] = [];
  for (const prompt of prompts) {
    const tokens = own.tokenize(prompt);
    continuations.push(
      continuation(prompt, await own.continueGreedily(tokens, count), await peer.continueGreedily(tokens, count)),
    );
  }
  const same = continuations.filter(({ differsAt }) => differsAt === undefined).length;
  const needed = Math.ceil(GREEDY_BOUND * prompts.length);
  return { ok: same >= needed, same, needed, tokens: count, continuations };
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
