/** The plan of one dispatch for all layers against that of five for each, in every format; tests of the model hold the latter to the reference. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openTestGpu } from '../../../test/support/gpu.ts';
import { asWeightSource, randomTokens, randomWeights, REGULAR } from '../../../test/support/randomWeights.ts';
import { EngineError } from '../api/errors.ts';
import type { Gpu } from '../gpu/device.ts';
import { readShaderSources } from '../hosts/shaderSources.ts';
import { LAYER_STORAGE_BUFFERS } from '../kernels/decodeLayers.ts';
import { loadModel } from '../loadModel.ts';
import { relativeMaxError } from '../selfTest.ts';
import { parsePrecision } from './precision.ts';
import { checkProgress } from './wholeLayers.ts';

const source = asWeightSource(REGULAR, randomWeights(REGULAR, 11), 'f32');
const tokens = randomTokens(REGULAR, 9, 5);
/** Sums of f32 in another order; activations that are rounded to int8 may round otherwise. */
const TOLERANCE = { float: 1e-5, integer: 2e-2 } as const;

describe('all layers in one dispatch', () => {
  let gpu: Gpu;
  beforeAll(async () => {
    gpu = await openTestGpu();
  });
  afterAll(() => {
    gpu.destroy();
  });

  /** Logits and state after all tokens, and the number of dispatches of one. */
  async function run(precision: string, waitingGroups: number, other: Partial<Gpu['caps']> = {}) {
    const device = { ...gpu, caps: { ...gpu.caps, isCpu: false, waitingGroups, ...other } };
    const model = await loadModel(source, parsePrecision(precision), { gpu: device, shaders: readShaderSources() });
    const state = model.createState();
    let logits = new Float32Array();
    for (const token of tokens) logits = await model.decode(state, token);
    const data = await model.exportState(state);
    const dispatches = (await model.profile(state, 1)).length;
    const prefilled = await model.prefill(model.createState(), tokens, 'last');
    model.dispose();
    return { logits, ...data, prefilled, dispatches };
  }

  // A software adapter takes half a minute to compile each: there a format with f32 inputs and one with int8 stand for all,
  // whose rows `decode.gpu.test.ts` reads.
  test('agrees with five for each, in every format', async () => {
    for (const precision of gpu.caps.isCpu ? ['f16', 'int4'] : ['f16', 'int8', 'nf4', 'int4']) await agrees(precision);
  }, 300_000);

  test.each(['f16', 'int8'])(
    'weights that lie in ranges of layers are read by the other plans, too, %s',
    async (precision) => {
      const alone = await run(precision, 0);
      const ranged = await run(precision, Infinity, { maxStorageBuffers: LAYER_STORAGE_BUFFERS - 1 });
      expect(ranged).toEqual(alone);
    },
  );

  async function agrees(precision: string): Promise<void> {
    expect(gpu.caps.maxStorageBuffers >= LAYER_STORAGE_BUFFERS).toBe(true);
    const five = await run(precision, 0);
    const tolerance = TOLERANCE[precision === 'int4' || precision === 'int8' ? 'integer' : 'float'];
    // Software adapters run one workgroup as long as it likes, but promise nothing of a second.
    for (const groups of gpu.caps.isCpu ? [1] : [1, Infinity]) {
      const one = await run(precision, groups);
      expect(five.dispatches - one.dispatches).toBe(5 * REGULAR.layers - 1);
      expect(relativeMaxError(one.logits, five.logits)).toBeLessThan(tolerance);
      expect(relativeMaxError(one.wkv, five.wkv)).toBeLessThan(tolerance);
      expect(relativeMaxError(one.shift, five.shift)).toBeLessThan(tolerance);
    }
  }
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
