/** Kills the app again and again while it works, and looks each time for what was lost. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { AppApi } from '../../src/main/api/contract.ts';
import { enginesOn } from '../../test/support/processes.ts';
import { seededRandom } from '../../test/support/randomModel.ts';
import { startApp } from '../../test/support/runningApp.ts';
import { startActivities } from './activities.ts';
import { stateViolations } from './goOn.ts';
import { databaseViolations, savedTokens, snapshotsOf, snapshotViolations, unfinishedFiles } from './leftBehind.ts';
import { Ledger } from './ledger.ts';
import { drawMoment, momentCome, type Moment } from './moments.ts';
import { repeated, ShownReading, type Repeated } from './shownReading.ts';

/** The promise: no more reading than this is repeated. */
const MOST_REPEATED_SECONDS = 10;
const SAMPLE = join(import.meta.dirname, '..', '..', 'resources', 'samples', 'lighthouse.md');
/** Far more than a software adapter reads in the time. */
const COPIES = 60;
const MOST_UNTIL_READING_MS = 60_000;

export type Victim = 'engine' | 'main';

export interface Kill extends Moment {
  readonly victim: Victim;
  readonly repeated: Repeated;
  /** Snapshots that were being written. */
  readonly unfinished: number;
  readonly messages: number;
  readonly states: number;
  readonly violations: readonly string[];
}

export interface KillRounds {
  readonly dataFolder: string;
  readonly victims: readonly Victim[];
  /** Decides the moments, and what is chatted about. */
  readonly seed: number;
  readonly onKill: (kill: Kill) => void;
}

/**
 * Kills each of `victims` in turn. The data folder may be new; its settings decide the adapter.
 * @returns what was found at the end, when every state is gone on from once more
 * @throws Error when the app does not come back
 */
export async function killRounds({ dataFolder, victims, seed, onKill }: KillRounds): Promise<string[]> {
  // The moments are the same for a seed, however much is chatted between them.
  const [moments, choices, activity] = [seededRandom(seed), seededRandom(seed + 1), seededRandom(seed + 2)];
  const rounds = new Rounds(dataFolder, activity, choices);
  try {
    await rounds.begin();
    for (const victim of victims) onKill(await rounds.kill(victim, drawMoment(moments)));
    return await rounds.end();
  } finally {
    await rounds.close();
  }
}

class Rounds {
  readonly #dataFolder: string;
  readonly #activity: () => number;
  readonly #choices: () => number;
  readonly #ledger = new Ledger();
  #running: Awaited<ReturnType<typeof startApp>> | undefined;
  #reading: ShownReading | undefined;
  #documentId = '';

  constructor(dataFolder: string, activity: () => number, choices: () => number) {
    this.#dataFolder = dataFolder;
    this.#activity = activity;
    this.#choices = choices;
  }

  async begin(): Promise<void> {
    this.#running = await startApp(this.#dataFolder);
    await engineLoaded(this.#running.app);
    this.#documentId = await addDocument(this.#running.app, this.#dataFolder);
    await this.#readOn(0);
  }

  async kill(victim: Victim, moment: Moment): Promise<Kill> {
    const { running, reading } = this.#works;
    const user = { app: running.app, documentId: this.#documentId, ledger: this.#ledger, random: this.#activity };
    const activities = startActivities(user);
    let killedAt = Infinity;
    const come = async (): Promise<void> => {
      await momentCome(moment, snapshotsOf(this.#dataFolder));
      killedAt = performance.now();
    };
    await (victim === 'engine' ? running.killEngine(come) : running.killMain(come));
    const unfinished = await unfinishedFiles(this.#dataFolder);
    const saved = await savedTokens(this.#dataFolder);
    await activities.stop();
    const shown = reading.cut();
    const violations: string[] = [];
    if (victim === 'main') {
      await reading.stop();
      violations.push(...(await this.#startAgain()));
    }
    // By what the window shows, unless the snapshot has less: what is shown first comes some tokens after that.
    const again = repeated(shown, Math.min(saved, await this.#readOn(saved)), killedAt);
    if (again.seconds > MOST_REPEATED_SECONDS) violations.push(`${again.seconds.toFixed(1)} s are read again`);
    violations.push(...(await this.#violations()));
    return { victim, ...moment, repeated: again, unfinished, ...this.#ledger.counts, violations };
  }

  /** Looks at what a killed main process has left, and starts another. */
  async #startAgain(): Promise<string[]> {
    this.#reading = undefined;
    const orphans = await enginesOn(this.#dataFolder);
    const violations = orphans.map((pid) => `the engine process ${pid} was left`);
    violations.push(...databaseViolations(this.#dataFolder), ...(await snapshotViolations(this.#dataFolder)));
    this.#running = await startApp(this.#dataFolder);
    return violations;
  }

  /** Waits for the reading to go on. @returns the tokens that are shown first */
  async #readOn(saved: number): Promise<number> {
    if (!this.#running) throw new Error('The app does not run.');
    const { app } = this.#running;
    await engineLoaded(app);
    this.#reading ??= new ShownReading(app, this.#documentId);
    this.#reading.begins(saved);
    return (await this.#reading.first(MOST_UNTIL_READING_MS)).tokens;
  }

  /** What the app, which works again, has lost or does not do any more. */
  async #violations(): Promise<string[]> {
    const { app } = this.#works.running;
    const found = [...(await this.#ledger.violations(app)), ...(await snapshotViolations(this.#dataFolder))];
    const engines = await enginesOn(this.#dataFolder);
    if (engines.length !== 1) found.push(`${engines.length} engine processes run`);
    const ids = this.#ledger.stateIds;
    // The newest was made near the kill; which of the others does not matter.
    const other = ids[Math.floor(this.#choices() * ids.length)];
    const chosen = new Set([ids.at(-1), other].filter((id) => id !== undefined));
    return [...found, ...(await stateViolations(app, this.#ledger, [...chosen])), ...(await answers(app))];
  }

  /** Goes on from every state, and ends the app as users do. */
  async end(): Promise<string[]> {
    const { running, reading } = this.#works;
    const found = await stateViolations(running.app, this.#ledger, this.#ledger.stateIds);
    await reading.stop();
    await running.quit();
    this.#running = undefined;
    const left = await unfinishedFiles(this.#dataFolder);
    if (left > 0) found.push(`${left} files that were never finished were not tidied away`);
    return [...found, ...databaseViolations(this.#dataFolder), ...(await snapshotViolations(this.#dataFolder))];
  }

  async close(): Promise<void> {
    await this.#running?.killMain();
  }

  get #works(): { running: Awaited<ReturnType<typeof startApp>>; reading: ShownReading } {
    if (!this.#running || !this.#reading) throw new Error('The app does not run.');
    return { running: this.#running, reading: this.#reading };
  }
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

/** Whether a new conversation is answered. */
async function answers(app: AppApi): Promise<string[]> {
  const { id } = await app.createConversation({ folderId: null });
  let status = 'not at all';
  for await (const event of app.send({ conversationId: id, parentId: null, text: 'Are you there?' }))
    if (event.type === 'end') ({ status } = event.answer);
  await app.deleteConversations({ ids: [id] });
  return status === 'finished' ? [] : [`a new answer ended: ${status}`];
}
