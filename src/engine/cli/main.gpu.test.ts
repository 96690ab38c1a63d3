/** The terminal program with a device: what the GPU library has to say must not get between the results. */
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { randomModel } from '../../../test/support/randomModel.ts';
import { writeSafetensors } from '../../../test/support/writeSafetensors.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'anser-main-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

it('prints JSON lines and nothing else, in an environment without hints at drivers', async () => {
  // A model that is refused only after the device was opened, and before the kernels are compiled.
  const model = join(folder, 'tiny.st');
  writeFileSync(model, writeSafetensors(randomModel()));
  const args = [join(import.meta.dirname, 'main.ts'), 'verify', '--model', model, '--json', '--data', folder];
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(VK_|LD_LIBRARY_PATH$)/.test(name)));
  const { result, remarks } = await new Promise<{ result: string; remarks: string }>((resolve) =>
    execFile(process.execPath, args, { env }, (_, result, remarks) => resolve({ result, remarks })),
  );
  expect(JSON.parse(result)).toMatchObject({ error: { code: 'vocabulary-missing' } });
  expect(remarks).toBe('');
});
