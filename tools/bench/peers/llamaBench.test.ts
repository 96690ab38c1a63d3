import { describe, expect, it } from 'vitest';
import { rowsOf, type Measurement } from './llamaBench.ts';

const measurement: Measurement = {
  build: 'build-peers',
  backend: 'cuda',
  modelPath: 'model.gguf',
  model: '2.9b',
  precision: 'q8_0',
  prefill: 4096,
  decode: 128,
  ubatch: 2048,
  repeat: 5,
};

const entry = {
  build_commit: 'v0.5.0',
  backends: 'CUDA',
  cpu_info: 'some CPU',
  gpu_info: 'some GPU',
  n_batch: 4096,
  n_ubatch: 2048,
  n_prompt: 4096,
  n_gen: 0,
  avg_ts: 1,
  samples_ts: [11_000, 9_000, 10_000, 12_000, 10_500],
};

describe('rowsOf', () => {
  it('takes the median, and tells prefill from decoding', () => {
    const printed = JSON.stringify([entry, { ...entry, n_prompt: 0, n_gen: 128, samples_ts: [180, 170, 190, 200] }]);
    expect(rowsOf(printed, measurement)).toEqual([
      {
        engine: 'llama.cpp CUDA',
        model: '2.9b',
        precision: 'q8_0',
        phase: 'prefill',
        batch: 1,
        tokens: 4096,
        tokensPerSecond: 10_500,
        min: 9_000,
        max: 12_000,
        runs: 5,
        ubatch: 2048,
        version: 'v0.5.0',
        device: 'some GPU',
      },
      expect.objectContaining({ phase: 'decode', tokens: 128, tokensPerSecond: 185, min: 170, max: 200, runs: 4 }),
    ]);
  });

  it.each([
    ['another backend', { backends: 'CPU' }],
    ['two backends', { backends: 'CUDA,Vulkan' }],
    ['no device', { gpu_info: '' }],
  ])('refuses a run on %s', (_, other) => {
    expect(() => rowsOf(JSON.stringify([{ ...entry, ...other }]), measurement)).toThrow('not on CUDA');
  });
});
