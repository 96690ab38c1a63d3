/** A model whose layers are kept in different precisions, against the reference and against models of one precision. */
import { expect, test } from 'vitest';
import { openTestGpu } from '../../../test/support/gpu.ts';
import { asWeightSource, randomTokens, randomWeights, REGULAR } from '../../../test/support/randomWeights.ts';
import type { Gpu } from '../gpu/device.ts';
import { readShaderSources } from '../hosts/shaderSources.ts';
import { loadModel } from '../loadModel.ts';
import { createReferenceModel } from '../reference/referenceModel.ts';
import { loadReferenceWeights } from '../reference/weights.ts';
import { relativeMaxError } from '../selfTest.ts';
import { parsePrecision } from './precision.ts';

/** The bound on prefill against decode, and on one device against another; activations in f16 on matrix units, in int8 where
 * decoding multiplies integers. */
const LAW = { f32: 1e-3, f16: 2e-2, integers: 2e-2 } as const;

const source = asWeightSource(REGULAR, randomWeights(REGULAR, 11), 'f32');
const tokens = randomTokens(REGULAR, 12, 5);

async function referenceLogits(): Promise<Float32Array> {
  const fingerprint = '0'.repeat(64);
  const model = createReferenceModel(await loadReferenceWeights(source, REGULAR), REGULAR, { fingerprint });
  return model.prefill(model.createState(), tokens, 'last');
}

/** The logits after all tokens, which prefill and decode agree on. */
async function run(gpu: Gpu, precision: string) {
  const model = await loadModel(source, parsePrecision(precision), { gpu, shaders: readShaderSources() });
  const [whole, stepwise] = [model.createState(), model.createState()];
  const logits = await model.prefill(whole, tokens, 'last');
  let decoded = new Float32Array();
  for (const token of tokens) decoded = await model.decode(stepwise, token);
  const { weightBytes, fingerprint } = model;
  model.dispose();
  expect(relativeMaxError(logits, decoded)).toBeLessThan(lawOf(gpu, precision));
  return { weightBytes, fingerprint, logits };
}

const lawOf = ({ caps }: Gpu, precision: string): number => {
  if (caps.isCpu) return LAW.f32;
  return precision.includes('int') ? LAW.integers : caps.matrixUnits ? LAW.f16 : LAW.f32;
};

test('layers of different precisions are each as exact as their own', async () => {
  const gpu = await openTestGpu();
  const [nf4, mixed, int8] = [await run(gpu, 'nf4'), await run(gpu, 'nf4:0,int8'), await run(gpu, 'int8')];
  const wanted = await referenceLogits();
  const error = ({ logits }: { logits: Float32Array }): number => relativeMaxError(logits, wanted);
  expect(error(mixed)).toBeLessThan(error(nf4));
  expect(error(mixed)).toBeGreaterThan(error(int8));
  expect(mixed.weightBytes).toBe((nf4.weightBytes + int8.weightBytes) / 2);
  expect(new Set([nf4, mixed, int8].map(({ fingerprint }) => fingerprint)).size).toBe(3);

  // The plans for real GPUs, on software adapters too.
  const asGpu = { ...gpu, caps: { ...gpu.caps, isCpu: false } };
  const again = await run(asGpu, 'nf4:0,int8');
  expect(relativeMaxError(again.logits, mixed.logits)).toBeLessThan(lawOf(asGpu, 'f16'));
  gpu.destroy();
});
