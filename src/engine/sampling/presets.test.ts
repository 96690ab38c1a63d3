/** Every preset is a setting that the sampler takes. */
import { expect, it } from 'vitest';
import { presetSampling } from './presets.ts';
import { createSampler } from './sampler.ts';

it.each(['chat', 'documentQuestion', 'greedy', 'thinking'] as const)('%s', (name) => {
  const sampling = presetSampling(name, 42);
  expect(sampling.seed).toBe(42);
  expect(createSampler(sampling).sample(Float32Array.of(0, 30, 0))).toBe(1);
});
