/** `anser perplexity FILE`: how well the model predicts a text, as exp of the mean −log p of its tokens. */
import { readFile } from 'node:fs/promises';
import { EngineError } from '../api/errors.ts';
import { systemReason } from '../hosts/files.ts';
import type { LiveState, SequenceModel } from '../rwkv7/sequenceModel.ts';
import type { Command } from './command.ts';
import { formatCount, formatSeconds } from './format.ts';
import { withAnser } from './withAnser.ts';

/** Logits of all rows of a chunk come back at once: 64 rows of 65,536 are 16 MiB. */
const MAX_ROWS = 64;
/** Token 0 separates documents in training; the text's first token is predicted from it. */
const DOCUMENT_START = 0;

export const perplexity: Command = {
  name: 'perplexity',
  summary: 'Measures how well the model predicts a text file; lower is better.',
  operands: 'FILE',
  operandCount: 1,
  options: { tokens: { value: 'N', help: 'use at most so many tokens of the file; default 4096' } },
  run: async (context) => {
    const { args, output, signal } = context;
    const limit = args.number('tokens', { least: 1, whole: true }) ?? 4096;
    const path = args.operand(0);
    const bytes = await readFile(path).catch((cause: unknown) => {
      throw new EngineError('document-unreadable', `${path} cannot be read: ${systemReason(cause)}.`, { cause });
    });
    await withAnser(context, async ({ model, modelName, tokenizer }) => {
      const tokens = tokenizer.encodeBytes(bytes).subarray(0, limit);
      if (tokens.length === 0) throw new EngineError('document-unreadable', `${path} is empty.`);
      const started = performance.now();
      const mean = await meanNegativeLogLikelihood(model, tokens, (done) => {
        signal.throwIfAborted();
        output.progress(done / tokens.length, `${formatCount(done)} tokens`);
      });
      const seconds = (performance.now() - started) / 1000;
      const value = {
        model: modelName,
        tokens: tokens.length,
        meanNegativeLogLikelihood: mean,
        perplexity: Math.exp(mean),
        seconds,
      };
      const perToken = `${mean.toFixed(4)} nats a token over ${formatCount(tokens.length)} tokens`;
      output.result(value, `Perplexity ${Math.exp(mean).toFixed(3)} (${perToken}, ${formatSeconds(seconds)})`);
    });
  },
};

/** Mean of −log p(token | those before) in nats, the first one after the end-of-text token. */
export async function meanNegativeLogLikelihood<S extends LiveState>(
  model: SequenceModel<S>,
  tokens: ArrayLike<number>,
  onProgress: (done: number) => void = () => undefined,
): Promise<number> {
  const inputs = [DOCUMENT_START, ...Array.from(tokens).slice(0, -1)];
  const width = model.config.vocabularySize;
  const rows = Math.min(model.maxChunk, MAX_ROWS);
  const state = model.createState();
  let sum = 0;
  try {
    for (let start = 0; start < inputs.length; start += rows) {
      const chunk = inputs.slice(start, start + rows);
      const logits = await model.prefill(state, chunk, 'all');
      chunk.forEach(
        (_, i) => (sum += negativeLogProbability(logits.subarray(i * width, (i + 1) * width), tokens[start + i] ?? 0)),
      );
      onProgress(start + chunk.length);
    }
  } finally {
    state.dispose();
  }
  return sum / inputs.length;
}

/** −log softmax(logits)[token], with the largest logit taken out so that nothing overflows. */
function negativeLogProbability(logits: Float32Array, token: number): number {
  const largest = logits.reduce((a, b) => Math.max(a, b), -Infinity);
  const total = logits.reduce((sum, logit) => sum + Math.exp(logit - largest), 0);
  return Math.log(total) + largest - (logits[token] ?? Number.NaN);
}
