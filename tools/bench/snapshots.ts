/**
 * Times saving and restoring a state of the size of RWKV-7 2.9B (21 MB and logits) in a temporary folder, without a GPU:
 *   node scripts/run.mjs tools/bench/snapshots.ts [--repeat 9]
 * Everything but the way to the device and back is the engine's own. Prints medians, minima and maxima in milliseconds as
 * JSON; `plainMs` is what a bare copy, write, sync and rename of as many bytes take: the disk's own time.
 */
import { mkdtemp, open, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { measured, secondsSince, type Spread } from '../../src/engine/cli/spread.ts';
import { folderSnapshotStore } from '../../src/engine/hosts/snapshotStore.ts';
import { shiftLength, wkvLength, type ModelConfig } from '../../src/engine/rwkv7/config.ts';
import type { LiveState, SequenceModel, StateData } from '../../src/engine/rwkv7/sequenceModel.ts';
import { createSessions } from '../../src/engine/session/session.ts';
import { createTinyTokenizer } from '../../test/support/tinyTokenizer.ts';

const CONFIG: ModelConfig = {
  ...{ layers: 32, width: 2560, heads: 40, headSize: 64, ffnWidth: 10240, vocabularySize: 65536 },
  ranks: { decay: 96, iclr: 96, value: 64, gate: 320 },
  hasEmbeddingNorm: true,
};

/** A model whose state never changes, and which gives it away without copying: what is timed is not its work. */
function stillModel(): SequenceModel {
  const filled = (length: number): Float32Array<ArrayBuffer> => Float32Array.from({ length }, (_, i) => Math.sin(i));
  const data: StateData = { shift: filled(shiftLength(CONFIG)), wkv: filled(wkvLength(CONFIG)) };
  const logits = filled(CONFIG.vocabularySize);
  const createState = (): LiveState => ({ dispose: () => undefined });
  return {
    ...{ config: CONFIG, fingerprint: 'a'.repeat(64), maxChunk: 64, createState, forkState: createState },
    importState: () => undefined,
    exportState: () => Promise.resolve(data),
    prefill: () => Promise.resolve(logits),
    decode: () => Promise.resolve(logits),
    dispose: () => undefined,
  };
}

const { signal } = new AbortController();
const repeat = Number(parseArgs({ options: { repeat: { type: 'string', default: '9' } } }).values.repeat);

/** Milliseconds to a tenth. */
async function milliseconds(once: () => Promise<unknown>): Promise<Spread> {
  const { median, min, max } = await measured({ repeat, signal }, async () => {
    const started = performance.now();
    await once();
    return secondsSince(started);
  });
  const rounded = (seconds: number): number => Number((1000 * seconds).toFixed(1));
  return { median: rounded(median), min: rounded(min), max: rounded(max) };
}

async function plainWrite(folder: string, bytes: Uint8Array): Promise<void> {
  const file = await open(join(folder, 'plain.tmp'), 'w');
  await file.writeFile(bytes.slice());
  await file.sync();
  await file.close();
  await rename(join(folder, 'plain.tmp'), join(folder, 'plain'));
}

const folder = await mkdtemp(join(tmpdir(), 'anser-snapshots-'));
try {
  const store = folderSnapshotStore(folder);
  const sessions = createSessions({
    model: stillModel(),
    modelName: 'still',
    tokenizer: createTinyTokenizer([]),
    store,
  });
  const session = sessions.open();
  await session.prefill([1, 2, 3]);
  const { byteLength } = await session.save('timed');
  const saveMs = await milliseconds(() => session.save('timed'));
  const restoreMs = await milliseconds(async () => (await sessions.restore('timed')).dispose());
  const plainMs = await milliseconds(() => plainWrite(folder, new Uint8Array(byteLength).fill(1)));
  process.stdout.write(`${JSON.stringify({ byteLength, saveMs, restoreMs, plainMs })}\n`);
} finally {
  await rm(folder, { recursive: true });
}
