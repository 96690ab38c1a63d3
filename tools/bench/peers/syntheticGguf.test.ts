import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { memorySource } from '../../../src/engine/formats/byteSource.ts';
import { readGgufHeader } from '../../../src/engine/formats/ggufHeader.ts';
import { openModel } from '../../../src/engine/formats/openModel.ts';
import { createReferenceModel } from '../../../src/engine/reference/referenceModel.ts';
import { loadReferenceWeights } from '../../../src/engine/reference/weights.ts';
import type { ModelConfig } from '../../../src/engine/rwkv7/config.ts';
import { detectConfig } from '../../../src/engine/rwkv7/detect.ts';
import { PRECISIONS, writeSyntheticGguf, type Precision } from './syntheticGguf.ts';

const config: ModelConfig = {
  layers: 2,
  width: 128,
  heads: 2,
  headSize: 64,
  ffnWidth: 512,
  vocabularySize: 300,
  ranks: { decay: 32, iclr: 32, value: 16, gate: 48 },
  hasEmbeddingNorm: true,
};

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'anser-synthetic-'));
});
afterEach(() => rm(folder, { recursive: true }));

async function write(precision: Precision) {
  const path = join(folder, 'model.gguf');
  const length = await writeSyntheticGguf(path, 'tiny', config, precision);
  const bytes = new Uint8Array(await readFile(path));
  return { length, bytes, source: memorySource('model.gguf', bytes) };
}

describe('writeSyntheticGguf', () => {
  it.each(PRECISIONS)('places every tensor inside of the file: %s', async (precision) => {
    const { length, bytes, source } = await write(precision);
    expect(bytes).toHaveLength(length);
    const { tensors, dataStart, metadata, vocabulary } = await readGgufHeader(source);
    expect(tensors).toHaveLength(6 + 28 * config.layers);
    expect(metadata.get('general.name')).toBe('tiny');
    expect(vocabulary?.size).toBe(config.vocabularySize - 1);
    expect(vocabulary?.get(66)).toEqual(Uint8Array.of(65));
    const last = tensors.at(-1);
    const bits = { f16: 16, q8_0: 8.5, q4_0: 4.5 }[precision];
    expect(dataStart + (last?.offset ?? 0) + (config.width * config.ffnWidth * bits) / 8).toBe(length);
  });

  it.each(['f16', 'q8_0'] as const)('gives a model of that shape that computes: %s', async (precision) => {
    const { source } = await write(precision);
    const weights = await openModel(source);
    expect(detectConfig(weights)).toEqual(config);
    expect(weights.tensors.get('blocks.1.ffn.key.weight')?.format).toBe(precision);
    const model = createReferenceModel(await loadReferenceWeights(weights, config), config, {
      fingerprint: '0'.repeat(64),
    });
    const logits = await model.decode(model.createState(), 7);
    expect(logits.every(Number.isFinite)).toBe(true);
    expect(new Set(logits).size).toBeGreaterThan(config.vocabularySize / 2);
  });

  it('leaves no half of a file behind', async () => {
    await expect(writeSyntheticGguf(join(folder, 'none', 'model.gguf'), 'x', config, 'f16')).rejects.toThrow('ENOENT');
  });
});
