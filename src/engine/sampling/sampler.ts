/**
 * Chooses the next token from the logits, step by step in the order of the `rwkv` package's `sample_logits`: banned
 * tokens, penalties, softmax, top-p, top-k, and the temperature last, so that a high temperature stays within the cut.
 */
import { EngineError } from '../api/errors.ts';
import { checkSampling } from './checkSampling.ts';
import { Random, type RandomState } from './random.ts';
import { thresholdReaching } from './select.ts';
import type { Sampling } from './types.ts';

export interface Sampler {
  /**
   * Chooses a token; changes nothing but the random generator. With temperature 0 that is the best token, the lowest id
   * among equals, and the generator is not used.
   * @param logits One score for each token; left as they are.
   * @throws EngineError `self-test-failed` when a logit is not finite, `invalid-argument` when every token is banned
   */
  sample(logits: Float32Array): number;
  /** Counts a token of the answer for the penalties. Without it they have no effect. */
  accept(token: number): void;
  /** A sampler that goes on alone from here: same counts, same random numbers to come. */
  fork(): Sampler;
  /** All that decides the choices to come, for another sampler to go on from here. */
  readonly memory: SamplerMemory;
}

/** What a sampler knows. */
export interface SamplerMemory {
  readonly sampling: Sampling;
  readonly uncounted: ReadonlySet<number>;
  /** Decayed number of occurrences of every token that has occurred; only kept when there are penalties. */
  readonly counts: ReadonlyMap<number, number>;
  readonly random: RandomState;
}

export interface SamplerOptions {
  /**
   * Tokens that take the presence penalty but are not counted for the frequency penalty. The `rwkv` package does so with
   * single digits, space and tab, which occur too often in any text to mean repetition.
   */
  readonly uncounted?: ReadonlySet<number>;
}

/** @throws EngineError `invalid-argument` when a setting is out of its range */
export function createSampler(sampling: Sampling, options: SamplerOptions = {}): Sampler {
  checkSampling(sampling);
  return new TokenSampler(sampling, options, new Map(), Random.fromSeed(sampling.seed));
}

/** A sampler that goes on from `memory`. */
export const resumeSampler = ({ sampling, uncounted, counts, random }: SamplerMemory): Sampler =>
  new TokenSampler(sampling, { uncounted }, new Map(counts), Random.fromState(random));

class TokenSampler implements Sampler {
  readonly #sampling: Sampling;
  readonly #options: SamplerOptions;
  /** Decayed number of occurrences of every token that has occurred. */
  readonly #counts: Map<number, number>;
  readonly #random: Random;
  /** Working space, one number for each token. */
  #scores = new Float64Array(0);

  constructor(sampling: Sampling, options: SamplerOptions, counts: Map<number, number>, random: Random) {
    this.#sampling = sampling;
    this.#options = options;
    this.#counts = counts;
    this.#random = random;
  }

  sample(logits: Float32Array): number {
    const scores = this.#penalised(logits);
    const best = indexOfMax(scores);
    const top = scores[best] ?? -Infinity;
    if (top === -Infinity) throw allBanned();
    const { temperature, topP, topK } = this.#sampling;
    if (temperature === 0) return best;
    const kept = keepBest(keepMass(scores, top, topP), topK);
    return draw(kept, temperature, this.#random.next());
  }

  accept(token: number): void {
    const { penaltyDecay, presencePenalty, frequencyPenalty } = this.#sampling;
    if (presencePenalty === 0 && frequencyPenalty === 0) return;
    for (const [seen, count] of this.#counts) this.#counts.set(seen, count * penaltyDecay);
    const once = this.#options.uncounted?.has(token) === true ? 0 : 1;
    this.#counts.set(token, (this.#counts.get(token) ?? 0) + once);
  }

  fork(): Sampler {
    return resumeSampler(this.memory);
  }

  get memory(): SamplerMemory {
    const { uncounted = new Set() } = this.#options;
    return { sampling: this.#sampling, uncounted, counts: new Map(this.#counts), random: this.#random.state };
  }

  /** The logits less the penalties, −∞ for banned tokens. Valid until the next call. */
  #penalised(logits: Float32Array): Float64Array<ArrayBuffer> {
    if (this.#scores.length !== logits.length) this.#scores = new Float64Array(logits.length);
    const scores = this.#scores;
    for (let i = 0; i < logits.length; i++) {
      const logit = logits[i] ?? 0;
      // ∞ − ∞ and NaN − NaN are not 0.
      if (logit - logit !== 0) throw notFinite(i, logit);
      scores[i] = logit;
    }
    const { presencePenalty, frequencyPenalty, banned = [] } = this.#sampling;
    for (const [token, count] of this.#counts)
      if (token < scores.length) scores[token] = (scores[token] ?? 0) - presencePenalty - frequencyPenalty * count;
    for (const token of banned) if (token < scores.length) scores[token] = -Infinity;
    return scores;
  }
}

/** Tokens that are still in the choice, by ascending id, with their weights: e^(score − best score). */
interface Choice {
  readonly tokens: Uint32Array;
  readonly weights: Float64Array;
}

/** Keeps the best tokens whose probability together reaches `topP`, and all that are as good as the last of them. */
function keepMass(scores: Float64Array, top: number, topP: number): Choice {
  let total = 0;
  for (let i = 0; i < scores.length; i++) total += scores[i] = Math.exp((scores[i] ?? -Infinity) - top);
  if (topP >= 1) return choose(scores, Number.MIN_VALUE);
  // All tokens below this floor together weigh less than half of what may be cut, so the threshold lies above it.
  const floor = ((1 - topP) * total) / (2 * scores.length);
  const candidates = choose(scores, floor);
  const threshold = thresholdReaching(candidates.weights.slice(), topP * total, 'mass');
  return filter(candidates, (weight) => weight >= threshold);
}

/** Keeps the best `topK` tokens, of equals those with the lowest ids; all when `topK` is 0. */
function keepBest(choice: Choice, topK: number): Choice {
  if (topK === 0 || topK >= choice.tokens.length) return choice;
  const threshold = thresholdReaching(choice.weights.slice(), topK, 'count');
  let equals = topK - choice.weights.reduce((count, weight) => (weight > threshold ? count + 1 : count), 0);
  return filter(choice, (weight) => weight > threshold || (weight === threshold && equals-- > 0));
}

/** All tokens with a weight of at least `lowest`. */
function choose(weights: Float64Array, lowest: number): Choice {
  let count = 0;
  for (let i = 0; i < weights.length; i++) if ((weights[i] ?? 0) >= lowest) count++;
  const choice = { tokens: new Uint32Array(count), weights: new Float64Array(count) };
  for (let i = 0, n = 0; n < count; i++) {
    const weight = weights[i] ?? 0;
    if (weight < lowest) continue;
    choice.tokens[n] = i;
    choice.weights[n++] = weight;
  }
  return choice;
}

/** The tokens whose weight is to be kept, in the arrays of `choice`, which is used up. */
function filter({ tokens, weights }: Choice, keep: (weight: number) => boolean): Choice {
  let count = 0;
  for (let i = 0; i < weights.length; i++) {
    const weight = weights[i] ?? 0;
    if (!keep(weight)) continue;
    tokens[count] = tokens[i] ?? 0;
    weights[count++] = weight;
  }
  return { tokens: tokens.subarray(0, count), weights: weights.subarray(0, count) };
}

/** Draws a token with probability proportional to weight^(1/temperature). `random` is in [0, 1). Overwrites the weights. */
function draw({ tokens, weights }: Choice, temperature: number, random: number): number {
  // The best weight is 1, so that no temperature makes all of them 0; but 1 ** Infinity would be NaN.
  const power = Math.min(1 / temperature, Number.MAX_VALUE);
  let total = 0;
  for (let i = 0; i < weights.length; i++) total += weights[i] = (weights[i] ?? 0) ** power;
  let rest = random * total;
  for (let i = 0; i < weights.length; i++) {
    rest -= weights[i] ?? 0;
    if (rest < 0) return tokens[i] ?? 0;
  }
  // Rounding left a trace of `rest`: it belongs to the last token that can be drawn at all.
  return tokens[weights.findLastIndex((weight) => weight > 0)] ?? 0;
}

/** The lowest index of the largest value. */
function indexOfMax(values: Float64Array): number {
  let best = 0;
  for (let i = 1; i < values.length; i++) if ((values[i] ?? 0) > (values[best] ?? 0)) best = i;
  return best;
}

/** The error for scores that are no numbers; `logit` is what stands there. */
export const notFinite = (token: number, logit: number | string): EngineError =>
  new EngineError('self-test-failed', `The model gave ${logit} instead of a score for token ${token}.`, {
    nextStep: 'Load the model again; if this comes back, check the model file or choose another device.',
  });

/** The error for a choice of nothing. */
export const allBanned = (): EngineError =>
  new EngineError('invalid-argument', 'There is no token left to choose: all are banned.', {
    nextStep: 'Ban fewer tokens.',
  });
