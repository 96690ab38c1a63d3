import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { memorySource } from '../src/engine/formats/byteSource.ts';
import { f32ToF16 } from '../src/engine/formats/halfFloat.ts';
import { readGgufHeader } from '../src/engine/formats/ggufHeader.ts';
import { openModel } from '../src/engine/formats/openModel.ts';
import { readTensorF32 } from '../src/engine/formats/readTensor.ts';
import { randomModel } from '../test/support/randomModel.ts';
import { ggufMetadata, ggufRows, writeGgufFile } from '../test/support/writeGguf.ts';
import { ggufToF16 } from './ggufToF16.ts';

const HEAD_SIZE = 16;

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'anser-f16-'));
});
afterEach(() => rm(folder, { recursive: true }));

const read = async (path: string) => memorySource('converted.gguf', new Uint8Array(await readFile(path)));

/** The nearest f16 of each number, as f32. */
function throughF16(values: Float32Array<ArrayBuffer>): number[] {
  const halves = new Uint16Array(values.length);
  f32ToF16(values, halves);
  return Array.from(new Float16Array(halves.buffer));
}

describe.each([32, 256])('ggufToF16, alignment %i', (alignment) => {
  const metadata = { ...ggufMetadata(HEAD_SIZE), 'general.alignment': { type: 'u32', value: alignment } } as const;
  const original = writeGgufFile(metadata, ggufRows(randomModel(), 'q8_0'), { alignment });

  it('turns q8_0 into the nearest f16 and keeps everything else', async () => {
    const path = join(folder, 'f16.gguf');
    await ggufToF16(memorySource('q8_0.gguf', original), path);
    const [before, after] = [await openModel(memorySource('q8_0.gguf', original)), await openModel(await read(path))];
    expect([...after.tensors.keys()]).toEqual([...before.tensors.keys()]);
    expect(after.metadata).toEqual(before.metadata);
    expect(after.vocabulary).toEqual(before.vocabulary);
    const formats = new Set([...before.tensors.values()].map(({ format }) => format));
    expect(formats).toEqual(new Set(['f32', 'q8_0']));
    for (const [name, { format, shape }] of before.tensors) {
      const expected = await readTensorF32(before, name);
      expect(after.tensors.get(name)).toMatchObject({ shape, format: format === 'q8_0' ? 'f16' : format });
      const values = Array.from(await readTensorF32(after, name));
      expect(values).toEqual(format === 'q8_0' ? throughF16(expected) : Array.from(expected));
    }
  });

  it('keeps the metadata byte for byte and aligns the data', async () => {
    const path = join(folder, 'f16.gguf');
    await ggufToF16(memorySource('q8_0.gguf', original), path);
    const converted = await readFile(path);
    const firstTensor = Buffer.from(original).indexOf('token_embd.weight') - 8;
    expect(converted.subarray(0, firstTensor)).toEqual(Buffer.from(original).subarray(0, firstTensor));
    const { dataStart, tensors } = await readGgufHeader(await read(path));
    expect(dataStart % alignment).toBe(0);
    expect(tensors.every(({ offset }) => offset % alignment === 0)).toBe(true);
    expect(converted.length % alignment).toBe(0);
  });
});

describe('ggufToF16 on what it cannot convert', () => {
  it('leaves no file behind when the source ends too early', async () => {
    const rows = ggufRows(randomModel(), 'q8_0');
    const whole = writeGgufFile(ggufMetadata(HEAD_SIZE), rows);
    const cut = memorySource('cut.gguf', whole.slice(0, whole.length - 100));
    await expect(ggufToF16(cut, join(folder, 'f16.gguf'))).rejects.toThrow(/cut\.gguf/);
    expect(await readdir(folder)).toEqual([]);
  });

  it('refuses block formats that it does not know', async () => {
    const [row, ...others] = ggufRows(randomModel(), 'q8_0');
    if (!row) throw new Error('the random model has no tensors');
    const unknown = writeGgufFile(ggufMetadata(HEAD_SIZE), [{ ...row, ggmlType: 12 }, ...others]);
    const refusal = ggufToF16(memorySource('q4_k.gguf', unknown), join(folder, 'f16.gguf'));
    await expect(refusal).rejects.toMatchObject({ code: 'model-unsupported' });
    expect(await readdir(folder)).toEqual([]);
  });
});
