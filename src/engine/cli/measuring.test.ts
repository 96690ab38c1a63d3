/** The commands that check and measure (`verify`, `perplexity`, `bench`), over the reference model in place of a GPU. */
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createMemoryStore } from '../../../test/support/memoryStore.ts';
import { randomModel, TINY_CONFIG } from '../../../test/support/randomModel.ts';
import { createTinyTokenizer } from '../../../test/support/tinyTokenizer.ts';
import { writeSafetensors } from '../../../test/support/writeSafetensors.ts';
import { memorySource } from '../formats/byteSource.ts';
import { openModel } from '../formats/openModel.ts';
import type { Anser, OpenOptions } from '../hosts/node.ts';
import { createReferenceModel } from '../reference/referenceModel.ts';
import { loadReferenceWeights } from '../reference/weights.ts';
import { detectConfig } from '../rwkv7/detect.ts';
import { createSessions } from '../session/session.ts';
import { EXIT_FAILURE, EXIT_INTERRUPTED, EXIT_OK, EXIT_USAGE, runCli } from './cli.ts';
import { meanNegativeLogLikelihood } from './perplexity.ts';

/** All bytes and a little more, as the tokenizer has. */
const CONFIG = { ...TINY_CONFIG, vocabularySize: 260 };
const FINGERPRINT = 'a'.repeat(64);
const tokenizer = createTinyTokenizer(['the ']);

let folder: string;
let textFile: string;
/** Seeds 1 and 2: two models of the same shape. */
const modelFiles = new Map<number, string>();

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'anser-cli-'));
  textFile = join(folder, 'text.txt');
  writeFileSync(textFile, 'the lamp on the tower was lit every evening');
  for (const seed of [1, 2]) {
    const path = join(folder, `model-${seed}.safetensors`);
    writeFileSync(path, writeSafetensors(randomModel(CONFIG, seed), { format: 'f32' }));
    modelFiles.set(seed, path);
  }
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

async function reference(seed: number) {
  const weights = await openModel(
    memorySource('model', writeSafetensors(randomModel(CONFIG, seed), { format: 'f32' })),
  );
  const config = detectConfig(weights);
  return createReferenceModel(await loadReferenceWeights(weights, config), config, { fingerprint: FINGERPRINT });
}

let opened: OpenOptions[] = [];
let disposed = 0;
beforeEach(() => {
  opened = [];
  disposed = 0;
});

interface RunOptions {
  /** The file that is said to have been loaded; the model itself is always that of seed 1. */
  readonly fileSeed?: number;
  readonly signal?: AbortSignal;
}

async function run(argv: readonly string[], { fileSeed = 1, signal }: RunOptions = {}) {
  const [results, remarks]: [string[], string[]] = [[], []];
  const code = await runCli([...argv, '--data', folder], {
    streams: {
      writeResult: (text) => results.push(text),
      writeRemark: (text) => remarks.push(text),
      remarksAreTerminal: false,
      columns: 80,
    },
    input: () => Readable.from(['']),
    signal: signal ?? new AbortController().signal,
    openAnser: async (options) => {
      opened.push(options);
      const plain = await reference(1);
      const model = { ...plain, weightBytes: 1000, stateBytes: 100 };
      const store = createMemoryStore();
      const anser = {
        ...{ model, tokenizer, config: model.config, modelName: 'Tiny', adapterLine: 'Running on nothing.' },
        modelPath: modelFiles.get(fileSeed),
        sessions: createSessions({ model, modelName: 'Tiny', tokenizer, store }),
        dispose: async () => {
          disposed++;
        },
      };
      // The commands use nothing of the GPU.
      return anser as unknown as Anser;
    },
  });
  const result = results.join('');
  const lines = result
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line) as Record<string, unknown>);
  return { code, result, remarks: remarks.join(''), lines };
}

const number = expect.any(Number) as number;

describe('verify', () => {
  it('passes when model and file agree', async () => {
    const { code, result } = await run(['verify']);
    expect(code).toBe(EXIT_OK);
    expect(result).toMatch(/^Tiny: passed\. .* best token the same\.\n$/u);
    expect(disposed).toBe(1);
  });

  it('prints one JSON line', async () => {
    const { code, lines } = await run(['verify', '--json', '--text', 'the lamp']);
    expect(code).toBe(EXIT_OK);
    expect(lines).toEqual([
      {
        ...{ model: 'Tiny', adapter: 'Running on nothing.', tokens: tokenizer.encode('the lamp').length },
        ...{ tolerance: 1e-3, prefillError: 0, decodeError: 0, sameBestToken: true, passed: true },
      },
    ]);
  });

  it('fails with its code when they do not, after the numbers', async () => {
    const { code, lines } = await run(['verify', '--json'], { fileSeed: 2 });
    expect(code).toBe(EXIT_FAILURE);
    expect(lines).toMatchObject([{ passed: false, tolerance: 1e-3 }, { error: { code: 'self-test-failed' } }]);
    expect(lines[0]?.['prefillError']).toBeGreaterThan(1e-3);
    expect(disposed).toBe(1);
    const plain = await run(['verify'], { fileSeed: 2 });
    expect(plain.result).toMatch(/^Tiny: FAILED\./u);
    expect(plain.remarks).toContain('Try --adapter software');
  });
});

describe('perplexity', () => {
  it('is exp of the mean −log p of the file', async () => {
    const { code, lines } = await run(['perplexity', textFile, '--json']);
    expect(code).toBe(EXIT_OK);
    const tokens = tokenizer.encode('the lamp on the tower was lit every evening');
    const mean = await meanNegativeLogLikelihood(await reference(1), tokens);
    expect(lines).toEqual([
      {
        ...{ model: 'Tiny', path: 'prefill', tokens: tokens.length, meanNegativeLogLikelihood: mean },
        ...{ perplexity: Math.exp(mean), seconds: number },
      },
    ]);
    expect((await run(['perplexity', textFile])).result).toMatch(/^Perplexity [\d.]+ \([\d.]+ nats a token over \d+/u);
  });

  it('goes through the decode path with --decode', async () => {
    const [prefilled, decoded] = await Promise.all(
      [[], ['--decode']].map((more) => run(['perplexity', textFile, '--json', ...more])),
    );
    expect(decoded?.lines).toMatchObject([{ path: 'decode', perplexity: prefilled?.lines[0]?.['perplexity'] }]);
    expect((await run(['perplexity', textFile, '--decode'])).result).toContain('by decoding');
  });

  it('uses at most --tokens of the file', async () => {
    const { lines } = await run(['perplexity', textFile, '--json', '--tokens', '5']);
    expect(lines).toMatchObject([{ tokens: 5 }]);
  });

  it('refuses files that are missing or empty', async () => {
    const missing = await run(['perplexity', join(folder, 'none.txt'), '--json']);
    expect(missing).toMatchObject({ code: EXIT_FAILURE, lines: [{ error: { code: 'document-unreadable' } }] });
    expect(opened).toEqual([]);
    writeFileSync(join(folder, 'empty.txt'), '');
    const empty = await run(['perplexity', join(folder, 'empty.txt'), '--json']);
    expect(empty).toMatchObject({ code: EXIT_FAILURE, lines: [{ error: { code: 'document-unreadable' } }] });
    expect(disposed).toBe(1);
  });

  it('stops on Ctrl-C', async () => {
    const signal = AbortSignal.abort(new Error('Interrupted.'));
    const { code, result } = await run(['perplexity', textFile], { signal });
    expect([code, result]).toEqual([EXIT_INTERRUPTED, '']);
    expect(disposed).toBe(1);
  });
});

describe('bench', () => {
  const rate = { seconds: number, tokensPerSecond: number, min: number, max: number };
  const time = { seconds: number, minSeconds: number, maxSeconds: number };
  const QUICK = ['--tokens', '20', '--decode', '3', '--repeat', '1'];

  it('prints a JSON line for each measurement', async () => {
    const { code, lines } = await run(['bench', '--json', ...QUICK, '--chunks', '1,8']);
    expect(code).toBe(EXIT_OK);
    expect(lines).toEqual([
      {
        ...{ type: 'model', model: 'Tiny', adapter: 'Running on nothing.', weightBytes: 1000, stateBytes: 100 },
        ...{ loadSeconds: number, peakHostMemoryBytes: number },
      },
      // Sixteen slices at most of a chunk.
      { type: 'prefill', chunk: 1, tokens: 16, ...rate },
      { type: 'prefill', chunk: 8, tokens: 20, ...rate },
      { type: 'decode', tokens: 3, ...rate },
      { type: 'firstToken', from: 'newSession', promptTokens: 128, ...time },
      { type: 'firstToken', from: 'newSession', promptTokens: 200, ...time },
      { type: 'firstToken', from: 'fork', promptTokens: 20, ...time },
      { type: 'firstToken', from: 'disk', promptTokens: 20, ...time },
      {
        ...{ type: 'snapshot', saveSeconds: number, saveMinSeconds: number, saveMaxSeconds: number },
        ...{ restoreSeconds: number, restoreMinSeconds: number, restoreMaxSeconds: number },
      },
    ]);
    expect(readdirSync(folder).filter((name) => name.startsWith('bench'))).toEqual([]);
    // A process with Node in it has more than this, and less than a machine.
    expect(lines[0]?.['peakHostMemoryBytes']).toBeGreaterThan(20e6);
    expect(lines[0]?.['peakHostMemoryBytes']).toBeLessThan(64e9);
    for (const { tokens, seconds, tokensPerSecond } of lines.slice(1, 4))
      expect(tokensPerSecond).toBeCloseTo(Number(tokens) / Number(seconds), 6);
    expect(opened).toMatchObject([{ maxChunk: 8 }]);
    expect(disposed).toBe(1);
  });

  it('tells people the same, with chunks up to the largest of the model', async () => {
    const { code, result } = await run(['bench', ...QUICK]);
    expect(code).toBe(EXIT_OK);
    expect(result).toMatch(
      /^Tiny: 1\.0 kB of weights, 100 bytes of state, loaded in .* s, with \d+ MB of main memory/u,
    );
    expect([...result.matchAll(/chunks of (\d+)/gu)].map(([, chunk]) => chunk)).toEqual(['1', '4', '16', '64']);
  });

  it('reads a long text in windows with --long, and compares the first with the last', async () => {
    const { code, lines } = await run(['bench', '--json', '--long', '21']);
    expect(code).toBe(EXIT_OK);
    const rates = lines.map(({ tokensPerSecond }) => tokensPerSecond);
    expect(lines.slice(1, -1)).toMatchObject([
      { type: 'longWindow', position: 10, tokens: 10 },
      { type: 'longWindow', position: 11, tokens: 1 },
      { type: 'longWindow', position: 21, tokens: 10 },
    ]);
    expect(lines.at(-1)).toEqual({
      ...{ type: 'long', tokens: 21, window: 10, firstTokensPerSecond: rates[1], lastTokensPerSecond: rates[3] },
      ...{ ratio: Number(rates[3]) / Number(rates[1]), rssGrowthBytes: number, heapGrowthBytes: number },
    });
    expect((await run(['bench', '--long', '21'])).result).toMatch(/last 10 of 21 tokens at [\d.]+ of the speed/u);
  });

  it('hands a size of random weights on', async () => {
    await run(['bench', '--json', ...QUICK, '--chunks', '8', '--synthetic', '0.1b']);
    expect(opened).toMatchObject([{ synthetic: '0.1b', maxChunk: 8 }]);
  });

  it('stops on Ctrl-C', async () => {
    const { code, lines } = await run(['bench', '--json', ...QUICK], {
      signal: AbortSignal.abort(new Error('Interrupted.')),
    });
    expect(code).toBe(EXIT_INTERRUPTED);
    expect(lines).toMatchObject([{ type: 'model' }]);
    expect(disposed).toBe(1);
  });
});

describe('their command lines', () => {
  it.each([
    [['verify', 'book.txt'], 'Usage: anser verify'],
    [['verify', '--text'], '--text'],
    [['verify', '--tokens', '3'], '--tokens'],
    [['perplexity'], 'Usage: anser perplexity FILE'],
    [['perplexity', 'a', '--tokens', '0'], '--tokens takes a whole number of at least 1, not "0".'],
    [['bench', '--repeat', '2.5'], '--repeat takes a whole number of at least 1, not "2.5".'],
    [['bench', '--decode', 'many'], '--decode takes a whole number of at least 1, not "many".'],
    [['bench', '--tokens', '0'], '--tokens takes a whole number of at least 1, not "0".'],
    [['bench', '--long', '1'], '--long takes a whole number of at least 2, not "1".'],
    [['bench', '--chunks', '0'], '--chunks takes whole numbers from 1 to 4096'],
    [['bench', '--chunks', '8,,16'], '--chunks takes whole numbers from 1 to 4096'],
    [['bench', '--batch', '0'], '--batch takes whole numbers from 1 to 64'],
    [['bench', '--batch', '1,65'], '--batch takes whole numbers from 1 to 64'],
    [['bench', '--chunks', '5000'], '--chunks takes whole numbers from 1 to 4096'],
  ])('%j is refused with code 2', async (argv, message) => {
    const { code, result, remarks } = await run(argv);
    expect([code, result]).toEqual([EXIT_USAGE, '']);
    expect(remarks).toContain(message);
    expect(opened).toEqual([]);
    const json = await run([...argv, '--json']);
    expect(json).toMatchObject({ code: EXIT_USAGE, lines: [{ error: { code: 'usage' } }] });
  });
});
