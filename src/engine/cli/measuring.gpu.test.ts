/** `verify`, `perplexity` and `bench` as a user runs them: with a model file, through the real doors, on an adapter. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { randomModel, TINY_CONFIG } from '../../../test/support/randomModel.ts';
import { writeGguf } from '../../../test/support/writeGguf.ts';
import { openAnser } from '../hosts/node.ts';
import { EXIT_FAILURE, EXIT_OK, runCli } from './cli.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'anser-cli-'));
  const model = randomModel({ ...TINY_CONFIG, vocabularySize: 257 });
  const bytes = Array.from({ length: 256 }, (_, byte) => `\\x${byte.toString(16).padStart(2, '0')}`);
  const value = ['<s>', ...bytes];
  const metadata = {
    'tokenizer.ggml.tokens': { type: 'strings', value },
    'tokenizer.ggml.token_type': { type: 'i32s', value: value.map((_, i) => (i === 0 ? 3 : 1)) },
  } as const;
  writeFileSync(join(folder, 'tiny.gguf'), writeGguf(model, { format: 'q8_0', metadata }));
  writeFileSync(join(folder, 'text.txt'), 'The lamp was lit.');
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

async function run(...argv: readonly string[]): Promise<{ code: number; lines: Record<string, unknown>[] }> {
  const results: string[] = [];
  const streams = { writeResult: (text: string) => results.push(text), writeRemark: () => undefined };
  const options = ['--json', '--data', join(folder, 'data'), '--model', join(folder, 'tiny.gguf')];
  const code = await runCli([...argv, ...options], {
    streams: { ...streams, remarksAreTerminal: false, columns: 80 },
    input: () => Readable.from(['']),
    signal: new AbortController().signal,
    openAnser,
  });
  const lines = results.join('').trim().split('\n');
  return { code, lines: lines.map((line) => JSON.parse(line) as Record<string, unknown>) };
}

test('verify passes', async () => {
  const { code, lines } = await run('verify', '--text', 'The lamp');
  expect(code).toBe(EXIT_OK);
  expect(lines).toMatchObject([{ model: 'tiny', tokens: 8, passed: true, sameBestToken: true }]);
});

test('perplexity is that of a model that knows nothing, near the size of the vocabulary', async () => {
  const { code, lines } = await run('perplexity', join(folder, 'text.txt'));
  expect(code).toBe(EXIT_OK);
  expect(lines).toMatchObject([{ tokens: 17 }]);
  expect(lines[0]?.['perplexity']).toBeGreaterThan(50);
  expect(lines[0]?.['perplexity']).toBeLessThan(5000);
});

test('bench measures everything and leaves no snapshot', async () => {
  const { code, lines } = await run('bench', '--tokens', '8', '--decode', '2', '--repeat', '1', '--chunks', '4,8');
  expect(code).toBe(EXIT_OK);
  const first = Array.from({ length: 4 }, () => 'firstToken');
  expect(lines.map(({ type }) => type)).toEqual(['model', 'prefill', 'prefill', 'decode', ...first, 'snapshot']);
  const [model, ...rest] = lines;
  expect(model?.['peakHostMemoryBytes']).toBeGreaterThan(Number(model?.['weightBytes']));
  for (const { tokensPerSecond = 1 } of rest) expect(tokensPerSecond).toBeGreaterThan(0);
  expect((await run('states')).lines).toEqual([{ snapshots: [], unreadable: [] }]);
});

test('bench decodes batches of the sizes asked for', async () => {
  const { code, lines } = await run(
    ...['bench', '--tokens', '8', '--decode', '2', '--repeat', '2', '--chunks', '8', '--batch', '1,3'],
  );
  expect(code).toBe(EXIT_OK);
  const rows = lines.filter(({ batch }) => batch !== undefined);
  expect(rows).toMatchObject([
    { type: 'decode', batch: 1, tokens: 2 },
    { type: 'decode', batch: 3, tokens: 6 },
  ]);
  for (const { tokens, seconds, tokensPerSecond, min, max } of rows as Record<string, number>[]) {
    expect(tokensPerSecond).toBeCloseTo((tokens ?? 0) / (seconds ?? 0), 5);
    expect(min).toBeGreaterThan(0);
    expect(tokensPerSecond).toBeGreaterThanOrEqual(min ?? Infinity);
    expect(max).toBeGreaterThanOrEqual(tokensPerSecond ?? Infinity);
  }
});

test('a size that was never released is an error with its code', async () => {
  const { code, lines } = await run('bench', '--synthetic', '0.2b');
  expect(code).toBe(EXIT_FAILURE);
  expect(lines).toMatchObject([{ error: { code: 'invalid-argument' } }]);
});
