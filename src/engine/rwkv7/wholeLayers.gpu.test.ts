/** The plan of one dispatch a layer against that of five, in every format; tests of the model hold the latter to the reference. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openTestGpu } from '../../../test/support/gpu.ts';
import { asWeightSource, randomTokens, randomWeights, REGULAR } from '../../../test/support/randomWeights.ts';
import { EngineError } from '../api/errors.ts';
import type { Gpu } from '../gpu/device.ts';
import { readShaderSources } from '../hosts/shaderSources.ts';
import { LAYER_STORAGE_BUFFERS } from '../kernels/decodeLayer.ts';
import { loadModel } from '../loadModel.ts';
import { relativeMaxError } from '../selfTest.ts';
import { parsePrecision } from './precision.ts';
import { checkProgress } from './wholeLayers.ts';

const source = asWeightSource(REGULAR, randomWeights(REGULAR, 11), 'f32');
const tokens = randomTokens(REGULAR, 9, 5);
/** Sums of f32 in another order; int8 takes 1024 off each weight after summing; activations of int4 may round otherwise. */
const TOLERANCE = { float: 1e-5, offset: 5e-5, integer: 2e-2 } as const;

describe('a layer in one dispatch', () => {
  let gpu: Gpu;
  beforeAll(async () => {
    gpu = await openTestGpu();
  });
  afterAll(() => {
    gpu.destroy();
  });

  /** Logits and state after all tokens, and the number of dispatches of one. */
  async function run(precision: string, waitingGroups: number) {
    // Software adapters run one workgroup as long as it likes, but promise nothing of a second.
    const most = gpu.caps.isCpu ? Math.min(waitingGroups, 1) : waitingGroups;
    const device = { ...gpu, caps: { ...gpu.caps, isCpu: false, waitingGroups: most } };
    const model = await loadModel(source, parsePrecision(precision), { gpu: device, shaders: readShaderSources() });
    const state = model.createState();
    let logits = new Float32Array();
    for (const token of tokens) logits = await model.decode(state, token);
    const data = await model.exportState(state);
    const dispatches = (await model.profile(state, 1)).length;
    model.dispose();
    return { logits, ...data, dispatches };
  }

  test('agrees with five, or is not chosen where the device binds too few buffers', async () => {
    const fits = gpu.caps.maxStorageBuffers >= LAYER_STORAGE_BUFFERS;
    for (const precision of fits ? ['f16', 'int8', 'nf4', 'int4'] : ['f16']) {
      const five = await run(precision, 0);
      const tolerance = TOLERANCE[precision === 'int4' ? 'integer' : precision === 'int8' ? 'offset' : 'float'];
      for (const groups of fits ? [1, Infinity] : [Infinity]) {
        const one = await run(precision, groups);
        expect(five.dispatches - one.dispatches).toBe(fits ? 4 * REGULAR.layers : 0);
        expect(relativeMaxError(one.logits, five.logits)).toBeLessThan(tolerance);
        expect(relativeMaxError(one.wkv, five.wkv)).toBeLessThan(tolerance);
        expect(relativeMaxError(one.shift, five.shift)).toBeLessThan(tolerance);
      }
    }
  });
});

test('a device whose workgroups waited in vain counts as lost', async () => {
  const gpu = await openTestGpu();
  checkProgress(gpu, 0);
  const codes = [() => checkProgress(gpu, 1), () => gpu.check()].map((use) => {
    try {
      use();
    } catch (error) {
      return error instanceof EngineError ? error.code : undefined;
    }
    return undefined;
  });
  expect(codes).toEqual(['device-lost', 'device-lost']);
  gpu.destroy();
});
