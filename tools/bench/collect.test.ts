import { expect, test } from 'vitest';
import { rowsOf } from './collect.ts';

test('our lines become rows: the largest chunk, every length of run and every size of batch', () => {
  const rows = rowsOf([
    { type: 'model', model: 'synthetic 2.9b q4_0' },
    { type: 'prefill', chunk: 256, tokens: 512, tokensPerSecond: 10 },
    { type: 'prefill', chunk: 1664, tokens: 4096, tokensPerSecond: 18228.02 },
    { type: 'decode', tokens: 256, tokensPerSecond: 257.96497 },
    { type: 'decode', run: 8, tokens: 256, tokensPerSecond: 521.7869, min: 505.02, max: 527 },
    { type: 'decode', batch: 16, tokens: 4096, tokensPerSecond: 1000, min: 990, max: 1010 },
  ]);
  const shared = { engine: 'anser', model: '2.9b', precision: 'int4', batch: 1 };
  expect(rows).toEqual([
    { ...shared, phase: 'prefill', tokens: 4096, tokensPerSecond: 18228, min: 18228, max: 18228 },
    { ...shared, phase: 'decode', tokens: 256, tokensPerSecond: 257.96, min: 257.96, max: 257.96 },
    { ...shared, phase: 'decode', tokens: 256, tokensPerSecond: 521.79, min: 505.02, max: 527, run: 8 },
    { ...shared, batch: 16, phase: 'decode', tokens: 4096, tokensPerSecond: 1000, min: 990, max: 1010 },
  ]);
});

test("a peer's lines keep their engine and version", () => {
  const line = {
    ...{ engine: 'llama.cpp CUDA', version: 'v0.5.0', model: '2.9b', precision: 'f16', phase: 'decode', batch: 1 },
    ...{ tokens: 128, tokensPerSecond: 187.354, min: 184.553, max: 187.98, device: 'NVIDIA H200' },
  };
  expect(rowsOf([line])).toEqual([
    {
      ...{ engine: 'llama.cpp CUDA v0.5.0', model: '2.9b', precision: 'f16', phase: 'decode', batch: 1, tokens: 128 },
      ...{ tokensPerSecond: 187.35, min: 184.55, max: 187.98 },
    },
  ]);
});
