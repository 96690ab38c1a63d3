/** The program is killed again and again while it writes: what it said was stored is there, whole. */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { ChatBench } from '../../../test/support/chatBench.ts';
import { longAnswer } from '../../../test/support/longAnswer.ts';
import { seededRandom } from '../../../test/support/randomModel.ts';

const KILLS = 20;
const LONGEST_MS = 250;
const program = join(import.meta.dirname, '../../../test/support/writeTurns.ts');

/** Runs the program until `ms` after it began to write. @returns the answers of which it said that they are stored */
async function killAfter(folder: string, ms: number): Promise<string[]> {
  const child = spawn(process.execPath, [program, folder], { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = new Promise<NodeJS.Signals | null>((resolve) => child.once('exit', (_, signal) => resolve(signal)));
  const said: string[] = [];
  let kill: Promise<void> | undefined;
  for await (const line of createInterface({ input: child.stdout })) {
    if (line === 'ready') kill = delay(ms).then(() => void child.kill('SIGKILL'));
    else said.push(line);
  }
  await kill;
  expect(await ended).toBe('SIGKILL');
  return said;
}

test(
  `nothing that was stored is lost when the program is killed ${KILLS} times`,
  async () => {
    const folder = mkdtempSync(join(tmpdir(), 'anser-killed-'));
    const random = seededRandom(7);
    const stored: string[] = [];
    for (let i = 0; i < KILLS; i++) {
      stored.push(...(await killAfter(folder, random() * LONGEST_MS)));
      const bench = new ChatBench(folder);
      expect(bench.db.prepare('PRAGMA integrity_check').all()).toEqual([{ integrity_check: 'ok' }]);
      expect(() =>
        bench.db.exec("INSERT INTO message_search (message_search) VALUES ('integrity-check')"),
      ).not.toThrow();
      bench.conversations.tidy();
      const { messages, headId } = bench.conversations.get(bench.conversations.list(false)[0]?.id ?? '');
      const byId = new Map(messages.map((message) => [message.id, message]));
      for (const id of stored) {
        const question = byId.get(byId.get(id)?.parentId ?? '')?.text ?? '';
        expect(byId.get(id)).toMatchObject({ status: 'finished', text: longAnswer(question).join('') });
      }
      expect(messages.filter(({ status }) => status === 'writing')).toEqual([]);
      expect(headId).toBe(messages.at(-1)?.id ?? null);
      bench.close();
    }
    expect(stored.length).toBeGreaterThan(KILLS);
    rmSync(folder, { recursive: true });
  },
  3 * 60_000,
);
