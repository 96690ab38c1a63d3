/**
 * The `.pth` reader and the reference against the official implementation: logits and state that the PyPI package
 * `rwkv` computed from the same file. `tools/golden.py` made both files.
 */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { memorySource } from '../formats/byteSource.ts';
import { openModel } from '../formats/openModel.ts';
import { detectConfig } from '../rwkv7/detect.ts';
import { createReferenceModel } from './referenceModel.ts';
import { loadReferenceWeights } from './weights.ts';

interface Golden {
  readonly sequence: readonly number[];
  readonly oneByOne: readonly number[];
  /** One row for each token of `sequence`, then of `oneByOne`. */
  readonly logits: readonly (readonly number[])[];
  /** [layers][time mix, channel mix][width], after the last token. */
  readonly shift: readonly (readonly (readonly number[])[])[];
  /** Every `wkvStride`th number of [layers][heads][value][key], after the last token. */
  readonly wkv: readonly number[];
  readonly wkvStride: number;
}

const folder = new URL('../../../test/data/golden/', import.meta.url);
const golden = JSON.parse(readFileSync(new URL('rwkv7.json', folder), 'utf8')) as Golden;

/** The package computes in f32 throughout; so far apart may two orders of summation be. */
const TOLERANCE = 1e-5;

const relativeError = (actual: readonly number[], expected: readonly number[]): number => {
  expect(actual).toHaveLength(expected.length);
  const worst = Math.max(...expected.map((value, i) => Math.abs(value - (actual[i] ?? NaN))));
  return worst / Math.max(...expected.map(Math.abs));
};

async function officialModel() {
  const source = await openModel(memorySource('rwkv7.pth', new Uint8Array(readFileSync(new URL('rwkv7.pth', folder)))));
  const config = detectConfig(source);
  const weights = await loadReferenceWeights(source, config);
  return createReferenceModel(weights, config, { fingerprint: '0'.repeat(64) });
}

describe('the official package and the reference agree', () => {
  it('finds the sizes of the model', async () => {
    const { config } = await officialModel();
    expect(config).toEqual({
      layers: 3,
      width: 128,
      heads: 2,
      headSize: 64,
      ffnWidth: 160,
      vocabularySize: 48,
      ranks: { decay: 16, iclr: 12, value: 8, gate: 20 },
      hasEmbeddingNorm: true,
    });
  });

  it('on the logits of a sequence and of single tokens, and on the state after them', async () => {
    const model = await officialModel();
    const state = model.createState();
    const logits = [...(await model.prefill(state, golden.sequence, 'all'))];
    for (const token of golden.oneByOne) logits.push(...(await model.decode(state, token)));
    expect(relativeError(logits, golden.logits.flat())).toBeLessThan(TOLERANCE);

    const { shift, wkv } = await model.exportState(state);
    expect(relativeError([...shift], golden.shift.flat(2))).toBeLessThan(TOLERANCE);
    const sampled = [...wkv].filter((_, i) => i % golden.wkvStride === 0);
    expect(relativeError(sampled, golden.wkv)).toBeLessThan(TOLERANCE);
  });
});
