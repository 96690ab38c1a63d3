import { expect, test } from 'vitest';
import { engineError } from '../../../test/support/engineErrors.ts';
import { randomModel } from '../../../test/support/randomModel.ts';
import { watchedSource } from '../../../test/support/sources.ts';
import { writeGguf } from '../../../test/support/writeGguf.ts';
import { writePth } from '../../../test/support/writePth.ts';
import { writeSafetensors } from '../../../test/support/writeSafetensors.ts';
import { openModel } from './openModel.ts';

const model = randomModel();
const bytes = (text: string) => new TextEncoder().encode(text);

test.each([
  ['gguf', writeGguf(model)],
  ['safetensors', writeSafetensors(model)],
  ['pth', writePth(model)],
] as const)('tells %s by its first bytes', async (container, file) => {
  expect((await openModel(watchedSource(file))).container).toBe(container);
});

test.each([
  ['an empty file', bytes(''), /empty/],
  ['a few bytes', bytes('GG'), /no model file/],
  ['a web page', bytes('<!DOCTYPE html><html><body>404</body></html>'), /no model file/],
  ['a Git LFS pointer', bytes('version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 9\n'), /pointer/],
  ['GGUF and nothing else', bytes('GGUF'), /outside the file/],
  ['PK and nothing else', bytes('PK'), /./],
] as const)('refuses %s', async (_, file, message) => {
  await expect(openModel(watchedSource(file))).rejects.toEqual(engineError('model-unreadable', message));
});

test('does not run the files of PyTorch before 1.6', async () => {
  const file = Uint8Array.of(0x80, 2, 0x8a, 10, 0x6c, 0xfc, 0x9c, 0x46);
  await expect(openModel(watchedSource(file))).rejects.toEqual(engineError('model-unsupported', /before 1\.6/));
});
