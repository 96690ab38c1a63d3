import { describe, expect, it } from 'vitest';
import type { LiveState, SequenceModel } from '../rwkv7/sequenceModel.ts';
import { createTinyTokenizer } from '../../../test/support/tinyTokenizer.ts';
import { memorySource, type ByteSource } from '../formats/byteSource.ts';
import { firstTokens, meanNegativeLogLikelihood } from './perplexity.ts';

/** A state that knows the last token only. */
interface LastToken extends LiveState {
  token: number;
}

const no = (): never => {
  throw new Error('not needed');
};

/** Says with probability `sure` that the next token is one more than the last, and shares the rest among the others. */
function counter(vocabularySize: number, sure: number, maxChunk: number): SequenceModel<LastToken> {
  const row = (token: number): number[] =>
    Array.from(
      { length: vocabularySize },
      (_, next) => 5 + Math.log(next === token + 1 ? sure : (1 - sure) / (vocabularySize - 1)),
    );
  return {
    config: {
      layers: 1,
      width: 1,
      heads: 1,
      headSize: 1,
      ffnWidth: 1,
      vocabularySize,
      ranks: { decay: 1, iclr: 1, value: 1, gate: 1 },
      hasEmbeddingNorm: true,
    },
    fingerprint: '',
    maxChunk,
    createState: () => ({ token: 0, dispose: () => undefined }),
    prefill: (_, tokens) => Promise.resolve(Float32Array.from(Array.from(tokens).flatMap(row))),
    forkState: no,
    importState: no,
    exportState: no,
    decode: no,
    dispose: () => undefined,
  };
}

describe('meanNegativeLogLikelihood', () => {
  it('is the mean of −log p, the first token predicted from the end of text', async () => {
    // 1 follows 0, 2 follows 1, then a surprise.
    const mean = await meanNegativeLogLikelihood(counter(10, 0.5, 64), [1, 2, 7]);
    expect(mean).toBeCloseTo(-(2 * Math.log(0.5) + Math.log(0.5 / 9)) / 3, 5);
  });

  it('is that of a uniform choice for a model that knows nothing', async () => {
    expect(Math.exp(await meanNegativeLogLikelihood(counter(50, 1 / 50, 4), [3, 1, 4, 1, 5, 9, 2, 6]))).toBeCloseTo(
      50,
      3,
    );
  });

  it('does not depend on the chunks', async () => {
    const tokens = [1, 2, 3, 4, 9, 1, 2];
    const whole = await meanNegativeLogLikelihood(counter(10, 0.7, 64), tokens);
    for (const maxChunk of [1, 2, 3])
      expect(await meanNegativeLogLikelihood(counter(10, 0.7, maxChunk), tokens)).toBeCloseTo(whole, 10);
  });

  it('decodes each token when asked to, and prefills none', async () => {
    const tokens = [1, 2, 3, 4, 9, 1, 2];
    const whole = await meanNegativeLogLikelihood(counter(10, 0.7, 64), tokens);
    const { decode, prefill } = { decode: counter(10, 0.7, 1).prefill, prefill: no };
    const read: number[] = [];
    const model: SequenceModel<LastToken> = {
      ...counter(10, 0.7, 64),
      prefill,
      decode: (state, token) => {
        read.push(token);
        return decode(state, [token], 'last');
      },
    };
    const done: number[] = [];
    const mean = await meanNegativeLogLikelihood(model, tokens, (count) => done.push(count), 'decode');
    expect(mean).toBeCloseTo(whole, 10);
    expect(read).toEqual([0, 1, 2, 3, 4, 9, 1]);
    expect(done).toEqual([1, 2, 3, 4, 5, 6, 7]);
  });
});

describe('firstTokens', () => {
  const tokenizer = createTinyTokenizer(['the ', 'lamp']);
  const text = new TextEncoder().encode('the lamp on the tower, '.repeat(20_000));

  it('are those of the whole text, across the borders of what is read at once', async () => {
    const tokens = await firstTokens(memorySource('text', text), tokenizer, Infinity);
    expect(tokens).toEqual(Array.from(tokenizer.encodeBytes(text)));
  });

  it('read no more of the text than they take', async () => {
    let bytesRead = 0;
    const whole = memorySource('text', text);
    const source: ByteSource = {
      ...whole,
      read: (offset, length) => {
        bytesRead += length;
        return whole.read(offset, length);
      },
    };
    expect(await firstTokens(source, tokenizer, 10)).toEqual(Array.from(tokenizer.encodeBytes(text).subarray(0, 10)));
    expect(bytesRead).toBeLessThan(text.length / 2);
  });
});
