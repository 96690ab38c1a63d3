/**
 * The part of `anser bench` that goes through sessions, as a user waits: the first token in three situations, and
 * snapshots. They lie in a folder of their own beside the user's, on the same disk, which is removed in the end.
 */
import { rmSync } from 'node:fs';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Anser } from '../hosts/node.ts';
import { folderSnapshotStore } from '../hosts/snapshotStore.ts';
import { createSessions } from '../session/session.ts';
import type { Session, Sessions } from '../session/types.ts';
import { formatRate } from './format.ts';
import type { Output } from './output.ts';
import { measured, secondsSince, someTokens, type Repetition, type Spread } from './spread.ts';

/** Kept from the first versions on, so that they can be compared. */
const SHORT_PROMPT = 128;
/** A turn of a chat, and a question about what was read before. */
const CHAT_TURN = 200;
const QUESTION = 20;
/** What the saved state has read: how much does not matter to a state of one size. */
const READ_BEFORE = 256;
const SNAPSHOT_ID = 'bench';

/** `newSession`: nothing was read before; `fork`: of a state in memory; `disk`: of a snapshot that is restored first. */
type StartingFrom = 'newSession' | 'fork' | 'disk';

/**
 * A row for each way to a first token, and one of snapshots.
 * @throws EngineError `storage-failed` and those of sessions; the signal's reason
 */
export async function benchSessions(
  { model, modelName, tokenizer }: Anser,
  dataFolder: string,
  plan: Repetition,
  output: Output,
): Promise<void> {
  await withFolder(dataFolder, async (folder) => {
    const sessions = createSessions({ model, modelName, tokenizer, store: folderSnapshotStore(folder) });
    const read = sessions.open();
    try {
      await read.prefill(someTokens(READ_BEFORE));
      await read.save(SNAPSHOT_ID);
      const first = async (from: StartingFrom, promptTokens: number, open: () => Session | Promise<Session>) => {
        const time = await measured(plan, () => firstTokenSeconds(open, promptTokens));
        tellFirst(output, from, promptTokens, time);
      };
      await first('newSession', SHORT_PROMPT, () => sessions.open());
      await first('newSession', CHAT_TURN, () => sessions.open());
      await first('fork', QUESTION, () => read.fork());
      await first('disk', QUESTION, () => sessions.restore(SNAPSHOT_ID));
      await snapshots(sessions, read, plan, output);
    } finally {
      read.dispose();
    }
  });
}

/** From the question, and opening what it is asked of, to the logits of the first token. */
async function firstTokenSeconds(open: () => Session | Promise<Session>, promptTokens: number): Promise<number> {
  const started = performance.now();
  const session = await open();
  try {
    await session.prefill(someTokens(promptTokens));
    return secondsSince(started);
  } finally {
    session.dispose();
  }
}

const SITUATIONS: Readonly<Record<StartingFrom, string>> = {
  ...{ newSession: 'in a new session', fork: 'on a fork of a state', disk: 'on a state restored from disk' },
};

function tellFirst(output: Output, from: StartingFrom, promptTokens: number, { median, min, max }: Spread): void {
  output.result(
    { type: 'firstToken', from, promptTokens, seconds: median, minSeconds: min, maxSeconds: max },
    `first token after a prompt of ${promptTokens} ${SITUATIONS[from]}: ${milliseconds({ median, min, max })}`,
  );
}

async function snapshots(sessions: Sessions, session: Session, plan: Repetition, output: Output): Promise<void> {
  const save = await measured(plan, async () => {
    const started = performance.now();
    await session.save(SNAPSHOT_ID);
    return secondsSince(started);
  });
  const restore = await measured(plan, async () => {
    const started = performance.now();
    (await sessions.restore(SNAPSHOT_ID)).dispose();
    return secondsSince(started);
  });
  output.result(
    {
      ...{ type: 'snapshot', saveSeconds: save.median, saveMinSeconds: save.min, saveMaxSeconds: save.max },
      ...{ restoreSeconds: restore.median, restoreMinSeconds: restore.min, restoreMaxSeconds: restore.max },
    },
    `snapshot: saved in ${milliseconds(save)}, restored in ${milliseconds(restore)}`,
  );
}

const milliseconds = ({ median, min, max }: Spread): string =>
  `${formatRate(1000 * median)} ms (${formatRate(1000 * min)} to ${formatRate(1000 * max)})`;

/** A folder for the length of `use`. It goes as well when a second Ctrl-C ends the process. */
async function withFolder(parent: string, use: (folder: string) => Promise<void>): Promise<void> {
  await mkdir(parent, { recursive: true });
  const folder = await mkdtemp(join(parent, 'bench-'));
  const removeAtExit = (): void => {
    rmSync(folder, { recursive: true, force: true });
  };
  process.once('exit', removeAtExit);
  try {
    await use(folder);
  } finally {
    process.off('exit', removeAtExit);
    await rm(folder, { recursive: true, force: true });
  }
}
