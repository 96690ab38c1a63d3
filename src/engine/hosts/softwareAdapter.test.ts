import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { findLavapipe } from './softwareAdapter.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'anser-icd-'));
});
afterEach(() => rm(folder, { recursive: true }));

async function addDriver(manifest: string, library: string, text: string): Promise<void> {
  await writeFile(join(folder, library), `\x7fELF…${text}…`);
  await writeFile(
    join(folder, manifest),
    JSON.stringify({ ICD: { library_path: `./${library}`, api_version: '1.4.305' } }),
  );
}

test('takes a lavapipe of Mesa 25', async () => {
  await addDriver('lvp_icd.x86_64.json', 'libvulkan_lvp.so', 'Mesa 25.0.7-2~bpo12+1 (LLVM 15.0.6)');
  expect(findLavapipe([join(folder, 'missing'), folder])).toBe(join(folder, 'lvp_icd.x86_64.json'));
});

test('leaves an older lavapipe, which Dawn refuses', async () => {
  await addDriver('lvp_icd.x86_64.json', 'libvulkan_lvp.so', 'Mesa 22.3.6 (LLVM 15.0.6)');
  expect(findLavapipe([folder])).toBeUndefined();
});

test('leaves other drivers, and manifests whose library is missing', async () => {
  await addDriver('radeon_icd.x86_64.json', 'libvulkan_radeon.so', 'Mesa 25.0.7');
  await writeFile(join(folder, 'lvp_icd.json'), JSON.stringify({ ICD: { library_path: './gone.so' } }));
  expect(findLavapipe([folder])).toBeUndefined();
});
