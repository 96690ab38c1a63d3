/** Weights from kept quantised ones are, bit by bit, those quantised afresh; whatever is wrong with a file, a load succeeds. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openTestGpu } from '../../../../test/support/gpu.ts';
import { memoryQuantisedStore, type MemoryQuantisedStore } from '../../../../test/support/memoryQuantisedStore.ts';
import { asWeightSource, randomWeights, REGULAR } from '../../../../test/support/randomWeights.ts';
import type { WeightSource } from '../../formats/weightSource.ts';
import { readBack } from '../../gpu/buffers.ts';
import type { Gpu } from '../../gpu/device.ts';
import { readShaderSources } from '../../hosts/shaderSources.ts';
import { loadWeights } from '../loadWeights.ts';
import type { LoadProgress } from '../fileFiller.ts';
import { parsePrecision } from '../precision.ts';

const shaders = readShaderSources();
const source = asWeightSource(REGULAR, randomWeights(REGULAR, 11), 'f16');

/** A source that counts what is read of block matrices. */
function counting(): { source: WeightSource; blockBytes: () => number } {
  let blockBytes = 0;
  const read: WeightSource['read'] = (name, ...place) => {
    if (/\.(?:att\.(?:receptance|key|value|output)|ffn\.(?:key|value))\.weight$/u.test(name)) blockBytes += place[1];
    return source.read(name, ...place);
  };
  return { source: { ...source, read }, blockBytes: () => blockBytes };
}

describe('kept quantised weights', () => {
  let gpu: Gpu;
  beforeAll(async () => {
    gpu = await openTestGpu();
  });
  afterAll(() => {
    gpu.destroy();
  });

  /** Loads, and returns every buffer's bytes by matrix. */
  async function load(
    store: MemoryQuantisedStore | undefined,
    precision: string,
    more: {
      from?: WeightSource;
      fingerprint?: string;
      device?: Gpu;
      onProgress?: (progress: LoadProgress) => void;
    } = {},
  ): Promise<Map<string, Uint8Array>> {
    const { from = source, fingerprint = `print of ${precision}`, device = gpu, onProgress } = more;
    const wanted = { gpu: device, source: from, config: REGULAR, precision: parsePrecision(precision), fingerprint };
    const weights = await loadWeights(wanted, { shaders, quantised: store, ...(onProgress && { onProgress }) });
    const bytes = new Map<string, Uint8Array>();
    for (const { name, slices } of weights.matrices)
      for (const { weights: words, scales } of slices) {
        const ranges = [words, scales].map(({ buffer, offset, size }) => ({ buffer, offset, byteLength: size }));
        bytes.set(name, new Uint8Array((await readBack(gpu, ranges)).buffer));
      }
    weights.destroy();
    gpu.check();
    return bytes;
  }

  test.each(['int8', 'nf4', 'int4', 'q8_0', 'nf4:0,int8'])(
    '%s: bit by bit, and without the tensors',
    async (precision) => {
      const store = memoryQuantisedStore();
      const afresh = await load(undefined, precision);
      expect(await load(store, precision)).toEqual(afresh);
      expect([store.files.size, store.opened.length]).toEqual([1, 0]);
      const again = counting();
      expect(await load(store, precision, { from: again.source })).toEqual(afresh);
      expect([again.blockBytes(), store.opened.length, store.warnings]).toEqual([0, 1, []]);
    },
  );

  test('no file where nothing is quantised, or less than all of it for layers that are not', async () => {
    const store = memoryQuantisedStore();
    await load(store, 'f16');
    expect(store.files.size).toBe(0);
    await load(store, 'int8:0,f16');
    await load(store, 'int8');
    const [half = 0, whole = 0] = [...store.files.values()].map(({ length }) => length);
    expect(half).toBeLessThan(0.7 * whole);
  });

  test('progress counts to the same whole', async () => {
    const store = memoryQuantisedStore();
    const ends: LoadProgress[] = [];
    for (let i = 0; i < 2; i++) {
      const told: LoadProgress[] = [];
      await load(store, 'int8', { onProgress: (progress) => told.push(progress) });
      const last = told.at(-1);
      if (last) ends.push(last);
      expect(told.every(({ done }) => Number.isInteger(done))).toBe(true);
    }
    expect(ends[1]).toEqual(ends[0]);
  });

  test.each([
    ['the first byte', 0],
    ['the version', 8],
    ['the length of the header', 12],
    ['the digest of the header', 20],
    ['the header', 60],
    ['a weight', -1000],
    ['the last byte', -1],
  ])('a file with another bit in %s is made anew', async (_, at) => {
    const store = memoryQuantisedStore();
    const afresh = await load(store, 'int8');
    const [[name, sound]] = [...store.files] as [[string, Uint8Array<ArrayBuffer>]];
    const spoilt = sound.slice();
    const place = at < 0 ? spoilt.length + at : at;
    spoilt[place] = (spoilt[place] ?? 0) ^ 1;
    store.files.set(name, spoilt);
    expect(await load(store, 'int8')).toEqual(afresh);
    expect(store.files.get(name)).toEqual(sound);
  });

  test.each([0, 10, 47, 500, -4096, -1])('a file cut to %i bytes is made anew', async (length) => {
    const store = memoryQuantisedStore();
    const afresh = await load(store, 'int8');
    const [[name, sound]] = [...store.files] as [[string, Uint8Array<ArrayBuffer>]];
    store.files.set(name, sound.slice(0, length));
    expect(await load(store, 'int8')).toEqual(afresh);
    expect(store.files.get(name)).toEqual(sound);
  });

  test('the file of another model, precision or device is not taken', async () => {
    const store = memoryQuantisedStore();
    const other = asWeightSource(REGULAR, randomWeights(REGULAR, 12), 'f16');
    await load(store, 'int8', { from: other, fingerprint: 'other' });
    await load(store, 'nf4', { fingerprint: 'nf4' });
    await load(store, 'int8', { fingerprint: 'mine', device: { ...gpu, caps: { ...gpu.caps, name: 'another' } } });
    const [[, otherModel], [, otherPrecision], [name, otherDevice]] = [...store.files] as [
      string,
      Uint8Array<ArrayBuffer>,
    ][] as [[string, Uint8Array<ArrayBuffer>], [string, Uint8Array<ArrayBuffer>], [string, Uint8Array<ArrayBuffer>]];
    const afresh = await load(undefined, 'int8');
    for (const foreign of [otherModel, otherPrecision, otherDevice]) {
      store.files.set(name, foreign);
      const again = counting();
      expect(await load(store, 'int8', { fingerprint: 'mine', from: again.source })).toEqual(afresh);
      expect(again.blockBytes()).toBeGreaterThan(0);
    }
  });

  test.each(['create', 'write'] as const)(
    'a disk that is full at %s: a warning, no file, a loaded model',
    async (when) => {
      const store = memoryQuantisedStore({ [when]: new Error('no space left') });
      expect(await load(store, 'int8')).toEqual(await load(undefined, 'int8'));
      expect(store.files.size).toBe(0);
      expect(store.warnings).toEqual([expect.stringContaining('no space left')]);
    },
  );
});
