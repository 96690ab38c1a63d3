/**
 * Times bringing models from the page cache onto a device, without a GPU if need be:
 *   node scripts/run.mjs tools/bench/loading.ts [KIND…] [--size 1.5b] [--layers N] [--precision source]
 *     [--device nothing|software|gpu] [--repeat 3] [--folder DIR] [--kept]
 * KIND is a kind of `hugeModel.ts`, default all. Of each a file of random weights is written to a temporary folder, loaded
 * once and then `repeat` times, and removed. The device `nothing` copies what is written to it and drops it, as a driver's
 * staging does; `software` keeps all weights in main memory; `gpu` is there for the same command where there is one.
 * With `--kept` the first load keeps what it quantises, and the others load that.
 * Prints, as JSON and by kind, the file's bytes and the median, least and most GB/s; fingerprinting is not timed.
 */
import { mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { measured, secondsSince, type Spread } from '../../src/engine/cli/spread.ts';
import type { Gpu } from '../../src/engine/gpu/device.ts';
import { openNodeGpu } from '../../src/engine/hosts/gpu.ts';
import { openModelFile } from '../../src/engine/hosts/node.ts';
import { dataFolder } from '../../src/engine/hosts/paths.ts';
import { folderQuantisedStore } from '../../src/engine/hosts/quantisedStore.ts';
import { readShaderSources } from '../../src/engine/hosts/shaderSources.ts';
import { detectConfig } from '../../src/engine/rwkv7/detect.ts';
import { loadWeights } from '../../src/engine/rwkv7/loadWeights.ts';
import { parsePrecision } from '../../src/engine/rwkv7/precision.ts';
import type { QuantisedStore } from '../../src/engine/rwkv7/quantised/store.ts';
import { releasedConfig } from '../../src/engine/rwkv7/synthetic.ts';
import { createCountingGpu } from '../../test/support/countingGpu.ts';
import { HUGE_KINDS, hugeModelWriter, type HugeKind } from '../../test/support/hugeModel.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    size: { type: 'string', default: '1.5b' },
    layers: { type: 'string' },
    precision: { type: 'string', default: 'source' },
    device: { type: 'string', default: 'nothing' },
    kept: { type: 'boolean', default: false },
    repeat: { type: 'string', default: '3' },
    folder: { type: 'string', default: tmpdir() },
  },
});
const released = releasedConfig(values.size);
const config = { ...released, layers: Number(values.layers ?? released.layers) };
const precision = parsePrecision(values.precision);
const repeat = Number(values.repeat);
const shaders = readShaderSources();
const { signal } = new AbortController();

const openGpu = async (adapter: string): Promise<Gpu> =>
  adapter === 'nothing' ? createCountingGpu() : openNodeGpu({ adapter, cacheFolder: join(dataFolder(), 'cache') });

/** Halves of which sign and fraction are random, and magnitudes below 2⁻⁶ as f16 and below 2⁻⁴ as bf16. */
function randomBytes(length: number): Uint8Array<ArrayBuffer> {
  const words = new Uint32Array(length / 4);
  for (let i = 0, x = 2463534242; i < words.length; i++) {
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    words[i] = (x & 0x87ff87ff) | 0x38003800;
  }
  return new Uint8Array(words.buffer);
}

/** Writes the file front to back: the bytes that are known, random ones elsewhere. */
async function writeModel(path: string, kind: HugeKind): Promise<number> {
  const writer = hugeModelWriter(kind, config);
  const random = randomBytes(16 << 20);
  const file = await open(path, 'w');
  try {
    for (let at = 0; at < writer.length; at += random.length)
      await file.write(random, 0, Math.min(random.length, writer.length - at), at);
    for (const { at, bytes } of writer.known()) await file.write(bytes, 0, bytes.length, at);
  } finally {
    await file.close();
  }
  return writer.length;
}

const keptBeside = (path: string): QuantisedStore =>
  folderQuantisedStore({
    folder: dirname(path),
    modelPath: path,
    warn: (message) => {
      throw new Error(message);
    },
  });

/** Seconds of one load. */
async function load(path: string): Promise<number> {
  const gpu = await openGpu(values.device);
  const source = await openModelFile(path);
  try {
    const started = performance.now();
    const wanted = { gpu, source, config: detectConfig(source), precision, fingerprint: 'timed' };
    const weights = await loadWeights(wanted, { shaders, quantised: values.kept ? keptBeside(path) : undefined });
    await gpu.device.queue.onSubmittedWorkDone();
    const seconds = secondsSince(started);
    gpu.check();
    weights.destroy();
    return seconds;
  } finally {
    await source.close();
    gpu.destroy();
  }
}

/** GB/s to a hundredth. */
async function measureKind(kind: HugeKind): Promise<{ fileBytes: number; gigabytesPerSecond: Spread }> {
  const folder = await mkdtemp(join(values.folder, 'anser-loading-'));
  try {
    const path = join(folder, 'model');
    const fileBytes = await writeModel(path, kind);
    const { median, min, max } = await measured({ repeat, signal }, () => load(path));
    const speed = (seconds: number): number => Number((fileBytes / seconds / 1e9).toFixed(2));
    return { fileBytes, gigabytesPerSecond: { median: speed(median), min: speed(max), max: speed(min) } };
  } finally {
    await rm(folder, { recursive: true });
  }
}

const wanted = HUGE_KINDS.filter((kind) => positionals.length === 0 || positionals.includes(kind));
if (wanted.length === 0 || positionals.some((name) => !HUGE_KINDS.some((kind) => kind === name)))
  throw new Error(`Kinds are ${HUGE_KINDS.join(', ')}.`);
for (const kind of wanted) {
  const { size, device } = values;
  const what = { kind, size, layers: config.layers, precision: values.precision, device };
  process.stdout.write(`${JSON.stringify({ ...what, ...(await measureKind(kind)) })}\n`);
}
