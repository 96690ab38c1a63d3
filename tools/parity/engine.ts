/** An engine as the comparison sees it, and ours behind it; llama.cpp's is in `llama.ts`. */
import type { LiveState, SequenceModel } from '../../src/engine/rwkv7/sequenceModel.ts';
import type { Tokenizer } from '../../src/engine/tokenizer/types.ts';
import { chunks } from './texts.ts';

/** One greedily chosen token, and how far its logit was above the next best: a small margin is a coin toss. */
export interface GreedyStep {
  readonly token: number;
  readonly margin: number;
}

export interface ParityEngine {
  readonly name: string;
  tokenize(text: string): readonly number[];
  /** −ln p of every token but the first, each given all before it, from an empty state. */
  losses(tokens: readonly number[]): Promise<number[]>;
  /** The most likely token after `prompt`, then after that, …: `count` of them, end of text or not. */
  continueGreedily(prompt: readonly number[], count: number): Promise<GreedyStep[]>;
  dispose(): Promise<void>;
}

/** Our engine can also say what it would have chosen along a continuation that is given. */
export interface OwnEngine extends ParityEngine {
  /**
   * The most likely token after `prompt`, and after each token of `continuation` but the last. Up to the first that is not
   * the continuation's, this is the greedy continuation; it is read in chunks, in less than half of the time.
   */
  choicesAlong(prompt: readonly number[], continuation: readonly number[]): Promise<GreedyStep[]>;
}

/** One of our models as a ParityEngine. */
export function ownEngine(
  name: string,
  { model, tokenizer }: { readonly model: SequenceModel; readonly tokenizer: Tokenizer },
  dispose: () => Promise<void>,
): OwnEngine {
  return {
    name,
    tokenize: (text) => [...tokenizer.encode(text)],
    losses: (tokens) => losses(model, tokens),
    continueGreedily: (prompt, count) => continueGreedily(model, prompt, count),
    choicesAlong: (prompt, continuation) => choicesAlong(model, prompt, continuation),
    dispose,
  };
}

async function losses(model: SequenceModel, tokens: readonly number[]): Promise<number[]> {
  const rows = model.config.vocabularySize;
  const state = model.createState();
  const result: number[] = [];
  for (const [start, chunk] of chunks(tokens.slice(0, -1), model.maxChunk)) {
    const logits = await model.prefill(state, chunk, 'all');
    chunk.forEach((_, i) => {
      // The slice above leaves out the last token, so there is always a next one.
      const target = tokens[start + i + 1] ?? NaN;
      result.push(lossOf(logits.subarray(i * rows, (i + 1) * rows), target));
    });
  }
  state.dispose();
  return result;
}

async function continueGreedily(model: SequenceModel, prompt: readonly number[], count: number): Promise<GreedyStep[]> {
  const state = model.createState();
  let logits = await prefillAll(model, state, prompt);
  const steps: GreedyStep[] = [];
  for (let i = 0; i < count; i++) {
    const step = bestOf(logits);
    steps.push(step);
    if (i + 1 < count) logits = await model.decode(state, step.token);
  }
  state.dispose();
  return steps;
}

async function choicesAlong(
  model: SequenceModel,
  prompt: readonly number[],
  continuation: readonly number[],
): Promise<GreedyStep[]> {
  const rows = model.config.vocabularySize;
  const state = model.createState();
  for (const [, chunk] of chunks(prompt.slice(0, -1), model.maxChunk)) await model.prefill(state, chunk, 'none');
  const steps: GreedyStep[] = [];
  for (const [, chunk] of chunks([...prompt.slice(-1), ...continuation.slice(0, -1)], model.maxChunk)) {
    const logits = await model.prefill(state, chunk, 'all');
    for (const i of chunk.keys()) steps.push(bestOf(logits.subarray(i * rows, (i + 1) * rows)));
  }
  state.dispose();
  return steps;
}

/** Reads any number of tokens; returns the logits after the last. */
async function prefillAll(model: SequenceModel, state: LiveState, tokens: readonly number[]): Promise<Float32Array> {
  let logits = new Float32Array();
  for (const [, chunk] of chunks(tokens, model.maxChunk)) logits = await model.prefill(state, chunk, 'last');
  return logits;
}

/** −ln softmax(logits)[target]. */
export function lossOf(logits: Float32Array, target: number): number {
  const highest = logits.reduce((best, x) => Math.max(best, x), -Infinity);
  const weight = logits.reduce((sum, x) => sum + Math.exp(x - highest), 0);
  return Math.log(weight) + highest - (logits[target] ?? NaN);
}

/** The highest logit's index (the first of equals) and its lead. */
export function bestOf(logits: Float32Array): GreedyStep {
  let token = 0;
  let [best, second] = [-Infinity, -Infinity];
  logits.forEach((x, i) => {
    if (x > best) [second, best, token] = [best, x, i];
    else if (x > second) second = x;
  });
  return { token, margin: best - second };
}
