import { join } from 'node:path';
import { Linter } from 'eslint';
import tseslint from 'typescript-eslint';
import { describe, expect, test } from 'vitest';
import { layerRule, layerViolation } from './layerRule.ts';
import { layers } from './layers.ts';

const sourceRoot = join(import.meta.dirname, '..', '..', 'src');

/** Messages of the rule alone for one file of `src/`. */
function lint(path: string, code: string): string[] {
  const messages = new Linter().verify(
    code,
    [
      {
        files: ['**/*.ts'],
        languageOptions: { parser: tseslint.parser },
        plugins: { anser: { rules: { layers: layerRule(layers, sourceRoot) } } },
        rules: { 'anser/layers': 'error' },
      },
    ],
    { filename: join(sourceRoot, path) },
  );
  return messages.map(({ message }) => message);
}

describe('the rule reports', () => {
  test.each([
    ['an import up the layers', 'engine/gpu/device.ts', `import { a } from '../rwkv7/model.ts';`],
    ['a type import', 'engine/tokenizer/trie.ts', `import type { A } from '../session/session.ts';`],
    ['an inline type import', 'engine/tokenizer/trie.ts', `let a: import('../session/session.ts').A;`],
    ['a re-export', 'engine/sampling/sampler.ts', `export * from '../chat/chat.ts';`],
    ['a named re-export', 'engine/sampling/sampler.ts', `export { a } from '../chat/chat.ts';`],
    ['a dynamic import', 'engine/formats/gguf.ts', `await import('../rwkv7/model.ts');`],
    ['Node in the core', 'engine/session/snapshots.ts', `import { readFileSync } from 'node:fs';`],
    ['Electron in the core', 'engine/rwkv7/model.ts', `import { app } from 'electron';`],
    ['the engine inside of the window', 'renderer/App.tsx', `import { a } from '../engine/rwkv7/model.ts';`],
    ['a neighbour file of an allowed file', 'engine/kernels/variants.ts', `import { a } from '../rwkv7/model.ts';`],
    ['a file outside of src', 'engine/hosts/node.ts', `import { a } from '../../../scripts/tool.ts';`],
    ['test code in the product', 'engine/gpu/device.ts', `import { a } from './device.test.ts';`],
    ['a host in the files that put the core together', 'engine/loadModel.ts', `import { a } from './hosts/files.ts';`],
    ['the whole in a part', 'engine/gpu/device.ts', `import { a } from '../loadModel.ts';`],
    ['a folder without a layer inside of the engine', 'engine/attic/a.ts', `import { a } from './b.ts';`],
    ['a folder without a layer', 'attic/thing.ts', `import { a } from './other.ts';`],
  ])('%s', (_, path, code) => {
    expect(lint(path, code)).toHaveLength(1);
  });
});

describe('the rule allows', () => {
  test.each([
    ['the own folder', 'engine/gpu/kernel.ts', `import { a } from './device.ts';`],
    ['a layer below', 'engine/rwkv7/model.ts', `import { a } from '../gpu/device.ts';`],
    ['a single allowed file', 'engine/kernels/variants.ts', `import { a } from '../rwkv7/config.ts';`],
    ['the core in the files that put it together', 'engine/loadModel.ts', `import { a } from './rwkv7/model.ts';`],
    ['the whole in hosts', 'engine/hosts/node.ts', `import { a } from '../loadModel.ts';`],
    ['Node in hosts', 'engine/hosts/files.ts', `import { open } from 'node:fs/promises';`],
    ['anything in tests', 'engine/gpu/device.test.ts', `import { a } from '../documents/read.ts'; import 'vitest';`],
    ['anything outside of src', '../scripts/tool.ts', `import { a } from '../src/engine/rwkv7/model.ts';`],
  ])('%s', (_, path, code) => {
    expect(lint(path, code)).toEqual([]);
  });
});

test('says what is forbidden', () => {
  const file = join(sourceRoot, 'engine/gpu/device.ts');
  expect(layerViolation(layers, sourceRoot, file, '../rwkv7/model.ts')).toBe(
    'engine/gpu may not import engine/rwkv7/model.',
  );
});
