/**
 * Kills `anser read` with SIGKILL at random moments, twelve times, and checks that each next run goes on from at most
 * ten seconds earlier and that the last one ends in the same state, bit for bit, as a run that nothing disturbed.
 *
 *   node scripts/run.mjs test/killRead.ts [FILE] [--kills N] [--seed N] [--adapter NAME] [--model FILE]
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import type { ReadEvent } from '../src/engine/documents/read.ts';

/** The promise: no more work than this is lost. */
const MOST_LOST_SECONDS = 10;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    kills: { type: 'string' },
    seed: { type: 'string' },
    adapter: { type: 'string' },
    model: { type: 'string' },
  },
});
const file = positionals[0] ?? join(import.meta.dirname, '../resources/samples/lighthouse.md');
const kills = Number(values.kills ?? 12);
const seed = Number(values.seed ?? Date.now() % 1_000_000);

/** Numbers in [0, 1), the same for the same seed: mulberry32. */
function randomNumbers(start: number): () => number {
  let state = start;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let x = Math.imul(state ^ (state >>> 15), 1 | state);
    x = (x + Math.imul(x ^ (x >>> 7), 61 | x)) ^ x;
    return ((x ^ (x >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** An event with the second at which it came, counted from the start of its run. */
interface TimedEvent {
  readonly event: ReadEvent;
  readonly seconds: number;
}

interface Run {
  readonly events: readonly TimedEvent[];
  readonly killed: boolean;
  readonly seconds: number;
}

/** One run of `anser read`; with `killAfter` it is killed so many seconds after its first progress. */
async function read(dataFolder: string, killAfter?: number): Promise<Run> {
  const main = join(import.meta.dirname, '../src/engine/cli/main.ts');
  const args = ['read', file, '--json', '--data', dataFolder];
  for (const name of ['adapter', 'model'] as const)
    if (values[name] !== undefined) args.push(`--${name}`, values[name]);
  const child: ChildProcess = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', main, ...args], {
    stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
    env: { ...process.env, ANSER_RESULT_FD: '3' },
  });
  const ended = new Promise<NodeJS.Signals | number | null>((resolve, reject) => {
    child.on('error', reject);
    child.on('exit', (code, signal) => {
      resolve(signal ?? code);
    });
  });
  const started = performance.now();
  const secondsNow = (): number => (performance.now() - started) / 1000;
  const events: TimedEvent[] = [];
  let timer: NodeJS.Timeout | undefined;
  const results = child.stdio[3];
  if (!results || !('read' in results)) throw new Error('the results cannot be read');
  for await (const line of createInterface({ input: results })) {
    const event = JSON.parse(line) as ReadEvent | { readonly error: { readonly message: string } };
    if ('error' in event) throw new Error(event.error.message);
    events.push({ event, seconds: secondsNow() });
    if (event.type === 'progress' && killAfter !== undefined)
      timer ??= setTimeout(() => child.kill('SIGKILL'), 1000 * killAfter);
  }
  const outcome = await ended;
  clearTimeout(timer);
  if (outcome !== 'SIGKILL' && outcome !== 0) throw new Error(`anser read ended with ${outcome}`);
  return { events, killed: outcome === 'SIGKILL', seconds: secondsNow() };
}

/** The events of a kind; the cast follows from the filter. */
const ofType = <T extends ReadEvent['type']>(
  { events }: Run,
  type: T,
): (TimedEvent & { event: Extract<ReadEvent, { type: T }> })[] =>
  events.filter(({ event }) => event.type === type) as (TimedEvent & { event: Extract<ReadEvent, { type: T }> })[];

/** Seconds of work that a run did behind the place where the next one went on. */
function lostSeconds(run: Run, resumedTokens: number): number {
  const kept = ofType(run, 'progress')
    .filter(({ event }) => event.tokens <= resumedTokens)
    .at(-1);
  const from = kept ?? ofType(run, 'start')[0];
  return run.seconds - (from?.seconds ?? run.seconds);
}

function check(condition: boolean, message: string): void {
  if (!condition) throw new Error(message);
}

const folder = mkdtempSync(join(tmpdir(), 'anser-kill-'));
try {
  const whole = await read(join(folder, 'whole'));
  const expected = ofType(whole, 'end')[0]?.event;
  const [first] = ofType(whole, 'progress');
  const working = whole.seconds - (first?.seconds ?? 0);
  console.log(
    `Undisturbed: ${expected?.tokens} tokens in ${working.toFixed(1)} s, state ${expected?.stateHash}. Seed ${seed}.`,
  );

  const random = randomNumbers(seed);
  // Snapshots come every five seconds: shorter runs would never get anywhere.
  const longest = Math.max(8, (2 * working) / kills);
  let data = join(folder, 'killed-0');
  let before: Run | undefined;
  for (let count = 0; count < kills;) {
    const run = await read(data, random() * longest);
    const start = ofType(run, 'start')[0]?.event;
    if (before && start) {
      const lost = lostSeconds(before, start.resumedTokens);
      console.log(`  went on at token ${start.resumedTokens}, ${lost.toFixed(1)} s lost`);
      check(lost <= MOST_LOST_SECONDS, `more than ${MOST_LOST_SECONDS} seconds of work were lost`);
    }
    if (run.killed) {
      count++;
      before = run;
      console.log(
        `Kill ${count} at ${run.seconds.toFixed(1)} s, token ${ofType(run, 'progress').at(-1)?.event.tokens ?? 0}`,
      );
    } else {
      check(ofType(run, 'end')[0]?.event.stateHash === expected?.stateHash, 'the state differs');
      // Read to its end before all kills were done: once more from the start.
      data = join(folder, `killed-${count}`);
      before = undefined;
    }
  }
  const last = ofType(await read(data), 'end')[0]?.event;
  check(last?.stateHash === expected?.stateHash && last?.tokens === expected?.tokens, 'the state differs');
  console.log(`After ${kills} kills: the same ${last?.tokens} tokens and the same state.`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
