/**
 * Kills `anser read` with SIGKILL at random moments, twelve times, and checks that each next run goes on from at most
 * ten seconds earlier and that the last one ends in the same state, bit for bit, as a run that nothing disturbed. A short
 * form is among the tests (`killRead.gpu.test.ts`); by hand, for longer texts and other machines:
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
import { seededRandom } from './support/randomModel.ts';

/** The promise: no more work than this is lost. */
const MOST_LOST_SECONDS = 10;
/** Snapshots come every five seconds: runs that are always killed sooner would never get anywhere. */
const LEAST_LONGEST_SECONDS = 8;

export interface KillOptions {
  readonly file: string;
  readonly kills: number;
  /** Decides the moments. */
  readonly seed: number;
  /** More arguments of `anser read`, e.g. `--adapter`. */
  readonly args?: readonly string[];
  readonly log: (line: string) => void;
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
async function read({ file, args = [] }: KillOptions, dataFolder: string, killAfter?: number): Promise<Run> {
  const main = join(import.meta.dirname, '../src/engine/cli/main.ts');
  const argv = [main, 'read', file, '--json', '--data', dataFolder, ...args];
  const child: ChildProcess = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', ...argv], {
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

/**
 * Reads the file undisturbed, then again with kills, each going on from the last; see above for what it checks.
 * @returns how many runs went on from a snapshot, and the most seconds of work that one kill cost
 * @throws Error when the promise does not hold
 */
export async function killRead(options: KillOptions): Promise<{ resumed: number; mostLost: number }> {
  const { kills, seed, log } = options;
  const folder = mkdtempSync(join(tmpdir(), 'anser-kill-'));
  try {
    const whole = await read(options, join(folder, 'whole'));
    const expected = ofType(whole, 'end')[0]?.event;
    const working = whole.seconds - (ofType(whole, 'progress')[0]?.seconds ?? 0);
    const state = `state ${expected?.stateHash}`;
    log(`Undisturbed: ${expected?.tokens} tokens in ${working.toFixed(1)} s, ${state}. Seed ${seed}.`);

    const random = seededRandom(seed);
    // On a machine that reads the file faster than that, the kills still come before the end.
    const longest = Math.min(Math.max(LEAST_LONGEST_SECONDS, (2 * working) / kills), working);
    let data = join(folder, 'killed-0');
    let before: Run | undefined;
    let [resumed, mostLost, finished] = [0, 0, 0];
    for (let count = 0; count < kills;) {
      const run = await read(options, data, random() * longest);
      const start = ofType(run, 'start')[0]?.event;
      if (before && start) {
        const lost = lostSeconds(before, start.resumedTokens);
        log(`  went on at token ${start.resumedTokens}, ${lost.toFixed(1)} s lost`);
        check(lost <= MOST_LOST_SECONDS, `more than ${MOST_LOST_SECONDS} seconds of work were lost`);
        if (start.resumedTokens > 0) resumed++;
        mostLost = Math.max(mostLost, lost);
      }
      if (run.killed) {
        count++;
        before = run;
        const tokens = ofType(run, 'progress').at(-1)?.event.tokens ?? 0;
        log(`Kill ${count} at ${run.seconds.toFixed(1)} s, token ${tokens}`);
      } else {
        check(ofType(run, 'end')[0]?.event.stateHash === expected?.stateHash, 'the state differs');
        check(++finished <= kills, 'most runs end before they can be killed: the text is too short');
        // Read to its end before all kills were done: once more from the start.
        data = join(folder, `killed-${count}-${finished}`);
        before = undefined;
      }
    }
    const last = ofType(await read(options, data), 'end')[0]?.event;
    check(last?.stateHash === expected?.stateHash && last?.tokens === expected?.tokens, 'the state differs');
    log(`After ${kills} kills: the same ${last?.tokens} tokens and the same state.`);
    return { resumed, mostLost };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

if (import.meta.main) {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      kills: { type: 'string' },
      seed: { type: 'string' },
      adapter: { type: 'string' },
      model: { type: 'string' },
    },
  });
  const passedOn = (['adapter', 'model'] as const).flatMap((name) =>
    values[name] === undefined ? [] : [`--${name}`, values[name]],
  );
  await killRead({
    file: positionals[0] ?? join(import.meta.dirname, '../resources/samples/lighthouse.md'),
    kills: Number(values.kills ?? 12),
    seed: Number(values.seed ?? Date.now() % 1_000_000),
    args: passedOn,
    log: console.log,
  });
}
