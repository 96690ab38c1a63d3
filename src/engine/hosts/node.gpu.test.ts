/** Opening models in Node: what is refused before anything is uploaded. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { randomModel } from '../../../test/support/randomModel.ts';
import { writeSafetensors } from '../../../test/support/writeSafetensors.ts';
import { openAnser } from './node.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'anser-node-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

it('looks for the vocabulary before it uploads anything', async () => {
  let uploads = 0;
  const modelPath = join(folder, 'tiny.st');
  writeFileSync(modelPath, writeSafetensors(randomModel()));
  const opening = openAnser({
    modelPath,
    dataFolder: 'node_modules/.cache/anser',
    onProgress: () => uploads++,
  });
  await expect(opening).rejects.toMatchObject({ code: 'vocabulary-missing' });
  expect(uploads).toBe(0);
});
