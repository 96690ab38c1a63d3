/**
 * Models stream through main memory: its peak stays below 512 MB whatever the size of the file. Measured in processes of
 * their own, on models of true shapes whose bytes are made up as they are read, and a device that keeps nothing. (A real
 * driver's own memory comes on top; `anser bench --model FILE --json` measures both together.)
 */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import type { HugeKind } from './support/hugeModel.ts';

const LIMIT = 512e6;
const run = promisify(execFile);

interface Loaded {
  readonly fileBytes: number;
  readonly weightBytes: number;
  readonly peakBytes: number;
  readonly created: number;
  readonly written: number;
}

async function load(kind: HugeKind, size: string, layers: number, ...more: string[]): Promise<Loaded> {
  const probe = join(import.meta.dirname, 'loadMemory.probe.ts');
  const { stdout } = await run(process.execPath, [probe, kind, size, String(layers), ...more]);
  return JSON.parse(stdout) as Loaded;
}

describe('loading a model', { timeout: 10 * 60_000 }, () => {
  // Layers come one after the other, so a few of them say as much as all; the command for whole models is in
  // docs/measurements.md. The first is larger than any buffer of JavaScript, the last two are converted on their way.
  it.each([
    ['gguf-f16', '7.2b', 8, 4.3e9],
    ['gguf-q8_0', '7.2b', 2, 1.0e9],
    ['safetensors-bf16', '2.9b', 2, 0.9e9],
    ['pth-bf16', '2.9b', 2, 0.9e9],
  ] as const)('takes less than 512 MB for %s of %s', async (kind, size, layers, leastBytes) => {
    const { fileBytes, weightBytes, peakBytes, created, written } = await load(kind, size, layers);
    expect(fileBytes).toBeGreaterThan(leastBytes);
    // All of it has arrived: what was not written is scratch memory and the dummy scales of matrices without.
    expect(written).toBeGreaterThan(0.999 * weightBytes);
    expect(created).toBeGreaterThan(weightBytes);
    expect(peakBytes).toBeLessThan(LIMIT);
  });

  it('would be noticed to take more', async () => {
    expect((await load('gguf-f16', '2.9b', 2, 'hoard')).peakBytes).toBeGreaterThan(LIMIT);
  });
});
