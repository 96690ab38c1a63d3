/** `anser perplexity FILE`: how well the model predicts a text, as exp of the mean −log p of its tokens. */
import { EngineError } from '../api/errors.ts';
import type { ByteSource } from '../formats/byteSource.ts';
import { fileSource } from '../hosts/files.ts';
import type { LiveState, SequenceModel } from '../rwkv7/sequenceModel.ts';
import { StreamEncoder } from '../tokenizer/streamEncoder.ts';
import type { Tokenizer } from '../tokenizer/types.ts';
import type { Command } from './command.ts';
import { formatCount, formatSeconds } from './format.ts';
import { withAnser } from './withAnser.ts';

/** Logits of all rows of a chunk come back at once: 64 rows of 65,536 are 16 MiB. */
const MAX_ROWS = 64;
/** Token 0 separates documents in training; the text's first token is predicted from it. */
const DOCUMENT_START = 0;
/** Bytes of the file read at a time. */
const READ_BYTES = 1 << 16;

/** How the model reads the text: in chunks, or a token at a time as when it writes, which some formats compute otherwise. */
export type ReadingPath = 'prefill' | 'decode';

export const perplexity: Command = {
  name: 'perplexity',
  summary: 'Measures how well the model predicts a text file; lower is better.',
  operands: 'FILE',
  operandCount: 1,
  options: {
    tokens: { value: 'N', help: 'use at most so many tokens of the file; default 4096' },
    decode: { help: 'read token by token, as answers are written: judges the arithmetic of decoding, not of prefill' },
  },
  run: async (context) => {
    const { args, output, signal } = context;
    const limit = args.number('tokens', { least: 1, whole: true }) ?? 4096;
    const path: ReadingPath = args.flag('decode') ? 'decode' : 'prefill';
    const name = args.operand(0);
    const source = await fileSource(name, 'document-unreadable');
    try {
      await withAnser(context, async ({ model, modelName, tokenizer }) => {
        const tokens = await firstTokens(source, tokenizer, limit);
        if (tokens.length === 0) throw new EngineError('document-unreadable', `${name} is empty.`);
        const started = performance.now();
        const onProgress = (done: number): void => {
          signal.throwIfAborted();
          output.progress(done / tokens.length, `${formatCount(done)} tokens`);
        };
        const mean = await meanNegativeLogLikelihood(model, tokens, onProgress, path);
        const seconds = (performance.now() - started) / 1000;
        const value = {
          ...{ model: modelName, path, tokens: tokens.length },
          ...{ meanNegativeLogLikelihood: mean, perplexity: Math.exp(mean), seconds },
        };
        const perToken = `${mean.toFixed(4)} nats a token over ${formatCount(tokens.length)} tokens`;
        const how = path === 'decode' ? ', by decoding' : '';
        output.result(value, `Perplexity ${Math.exp(mean).toFixed(3)} (${perToken}${how}, ${formatSeconds(seconds)})`);
      });
    } finally {
      await source.close();
    }
  },
};

/**
 * The first `limit` tokens of a text, or all there are; no more of it is read than that takes.
 * @throws EngineError `document-unreadable`
 */
export async function firstTokens(source: ByteSource, tokenizer: Tokenizer, limit: number): Promise<number[]> {
  const encoder = new StreamEncoder(tokenizer);
  const tokens: number[] = [];
  for (let at = 0; at < source.size && tokens.length < limit; at += READ_BYTES)
    for (const token of encoder.pushBytes(await source.read(at, Math.min(READ_BYTES, source.size - at))))
      tokens.push(token);
  if (tokens.length < limit) tokens.push(...encoder.flush());
  return tokens.slice(0, limit);
}

/**
 * Mean of −log p(token | those before) in nats, the first one after the end-of-text token.
 * @param onProgress hears of the tokens done so far
 */
export async function meanNegativeLogLikelihood<S extends LiveState>(
  model: SequenceModel<S>,
  tokens: ArrayLike<number>,
  onProgress: (done: number) => void = () => undefined,
  path: ReadingPath = 'prefill',
): Promise<number> {
  const inputs = [DOCUMENT_START, ...Array.from(tokens).slice(0, -1)];
  const width = model.config.vocabularySize;
  const rows = path === 'decode' ? 1 : Math.min(model.maxChunk, MAX_ROWS);
  const state = model.createState();
  let sum = 0;
  try {
    for (let start = 0; start < inputs.length; start += rows) {
      const chunk = inputs.slice(start, start + rows);
      const logits = await (path === 'decode'
        ? model.decode(state, chunk[0] ?? 0)
        : model.prefill(state, chunk, 'all'));
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
