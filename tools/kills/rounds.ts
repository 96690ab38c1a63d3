/** Kills the app again and again while it works, and looks each time for what was lost. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as delay } from 'node:timers/promises';
import type { AppApi } from '../../src/main/api/contract.ts';
import { seededRandom } from '../../test/support/randomModel.ts';
import { startActivities } from './activities.ts';
import { Ledger } from './ledger.ts';
import { startApp, type RunningApp } from '../../test/support/runningApp.ts';

/** The promise: no more reading than this is repeated. */
const MOST_REPEATED_SECONDS = 10;
const SAMPLE = join(import.meta.dirname, '..', '..', 'resources', 'samples', 'lighthouse.md');
/** Far more than a software adapter reads in the time. */
const COPIES = 60;
/** From the moment when the engine works again, milliseconds. */
const MOMENTS = { least: 200, most: 6000 } as const;

export type Victim = 'engine' | 'main';

export interface Kill {
  readonly victim: Victim;
  readonly afterMs: number;
  readonly repeatedSeconds: number;
  readonly messages: number;
  readonly states: number;
  readonly violations: readonly string[];
}

export interface KillRounds {
  readonly dataFolder: string;
  readonly victims: readonly Victim[];
  /** Decides the moments. */
  readonly seed: number;
  readonly onKill: (kill: Kill) => void;
}

/** Kills each of `victims` in turn. The data folder may be new; its settings decide the adapter. */
export async function killRounds({ dataFolder, victims, seed, onKill }: KillRounds): Promise<Kill[]> {
  const random = seededRandom(seed);
  const ledger = new Ledger();
  const kills: Kill[] = [];
  let running = await startApp(dataFolder);
  try {
    const documentId = await addDocument(running.app, dataFolder);
    for (const victim of victims) {
      await engineLoaded(running.app);
      const activities = startActivities(running.app, documentId, ledger, random);
      const afterMs = Math.round(MOMENTS.least + random() * (MOMENTS.most - MOMENTS.least));
      await delay(afterMs);
      const killedAt = performance.now();
      const violations: string[] = [];
      if (victim === 'engine') await running.killEngine();
      else await running.killMain();
      await activities.stop();
      if (victim === 'main') {
        violations.push(...integrityOf(dataFolder));
        running = await startApp(dataFolder);
      }
      const place = await placeAfter(running, documentId);
      const repeatedSeconds = ledger.repeatedSeconds(place, killedAt);
      if (repeatedSeconds > MOST_REPEATED_SECONDS) violations.push(`${repeatedSeconds.toFixed(1)} s are read again`);
      violations.push(...(await ledger.violations(running.app)), ...(await continuesFromState(running.app)));
      const kill = { victim, afterMs, repeatedSeconds, ...ledger.counts, violations };
      kills.push(kill);
      onKill(kill);
    }
    await running.quit();
  } catch (error) {
    await running.killMain();
    throw error;
  }
  return kills;
}

/** A long text, so that reading never ends. */
async function addDocument(app: AppApi, dataFolder: string): Promise<string> {
  const folder = join(dataFolder, 'kills');
  mkdirSync(folder, { recursive: true });
  const file = join(folder, 'long.md');
  writeFileSync(file, readFileSync(SAMPLE, 'utf8').repeat(COPIES));
  for await (const event of app.importDocuments({ paths: [file] }))
    if (event.type === 'imported') return event.document.id;
  throw new Error('The document was not imported.');
}

/** Waits until a model is loaded. */
async function engineLoaded(app: AppApi): Promise<void> {
  for await (const event of app.watch({})) {
    if (event.type !== 'engine') continue;
    if (event.status.type === 'loaded') return;
    if (event.status.type === 'failed') throw new Error(event.status.error.message);
  }
}

/** Where the reading goes on: the least that is shown until it gets on. */
async function placeAfter({ app }: RunningApp, id: string): Promise<number> {
  await engineLoaded(app);
  let least = Infinity;
  const end = performance.now() + 60_000;
  while (performance.now() < end) {
    await delay(100);
    const { reading } = await app.getDocument({ id });
    const tokens = reading?.progress?.tokens ?? 0;
    if (!reading || tokens > least) return Math.min(least, tokens);
    least = Math.min(least, tokens);
    if (reading.status === 'paused') await app.startReading({ id, focus: '', summarise: false });
  }
  throw new Error('The reading did not go on.');
}

/** What SQLite has to say of the database that a killed main process has left. */
function integrityOf(dataFolder: string): string[] {
  const database = new DatabaseSync(join(dataFolder, 'anser.db'));
  try {
    const answer = database.prepare('PRAGMA integrity_check').all();
    const text = answer.map((row) => String(row['integrity_check'])).join('; ');
    return text === 'ok' ? [] : [`the database is damaged: ${text}`];
  } finally {
    database.close();
  }
}

/** Opens the newest state and says something: a damaged one would be refused or end in nonsense that is no number. */
async function continuesFromState(app: AppApi): Promise<string[]> {
  const { states } = await app.listStates({});
  const [newest] = [...states].sort((a, b) => (a.createdAt < b.createdAt ? 1 : -1));
  if (!newest) return [];
  const conversation = await app.openState({ id: newest.id });
  const { id, headId } = conversation;
  for await (const event of app.send({ conversationId: id, parentId: headId, text: 'Go on.' })) {
    if (event.type === 'replay') return [`the state "${newest.name}" could not be used: ${event.reason}`];
    if (event.type === 'end' && event.answer.status !== 'finished')
      return [`an answer after the state "${newest.name}" ended as ${event.answer.status}`];
  }
  return [];
}
