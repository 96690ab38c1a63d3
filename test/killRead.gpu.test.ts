/**
 * The promise of `anser read`, on the model that ships: killed with SIGKILL again and again, it loses at most ten seconds of
 * work each time and ends in the same state, bit for bit. The text is long enough for several snapshots on a software
 * adapter; `ANSER_KILL_SEED` moves the kills.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { killRead } from './killRead.ts';

/** Twelve by hand (`killRead.ts`); the app's own reading is killed by `e2e/kills.e2e.test.ts` besides. */
const KILLS = 6;
const SEED = Number(process.env['ANSER_KILL_SEED'] ?? 7);
/** Some 560 tokens: about 20 seconds' work for SwiftShader on two cores. */
const TEXT_BYTES = 2000;

// Far above the two or three minutes that it takes: only the promise is to fail here, not a busy machine.
test('a reading that is killed again and again', { timeout: 15 * 60_000 }, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'anser-test-'));
  const lines: string[] = [];
  try {
    const file = join(folder, 'text.txt');
    writeFileSync(file, readFileSync(join(import.meta.dirname, 'data/heldout.txt')).subarray(0, TEXT_BYTES));
    const { resumed, mostLost } = await killRead({ file, kills: KILLS, seed: SEED, log: (line) => lines.push(line) });
    // A software adapter is slow enough for snapshots between the kills; a GPU may be through before the first.
    if (lines[0] !== undefined && Number(/ in ([\d.]+) s/.exec(lines[0])?.[1]) > 15) expect(resumed).toBeGreaterThan(0);
    console.log(`${lines[0] ?? ''}\n${KILLS} kills: ${resumed} runs went on, ${mostLost.toFixed(1)} s lost at most.`);
  } catch (error) {
    throw new Error(`Seed ${SEED} (set ANSER_KILL_SEED to repeat):\n${lines.join('\n')}`, { cause: error });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
