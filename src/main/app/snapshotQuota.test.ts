import { afterEach, beforeEach, expect, test } from 'vitest';
import { ChatBench } from '../../../test/support/chatBench.ts';
import { SnapshotQuota } from './snapshotQuota.ts';

let bench: ChatBench;
let quota: SnapshotQuota;
let quotaBytes: number;
let looked: number;
let made: number;
const reports: unknown[] = [];
/** Each state takes 100 bytes. */
const sizes = async (): Promise<Map<string, number>> => {
  looked++;
  return new Map([...bench.engine.snapshots.keys()].map((id) => [id, 100]));
};
beforeEach(() => {
  bench = new ChatBench();
  [quotaBytes, looked, made] = [1000, 0, 0];
  quota = new SnapshotQuota({
    ...{ conversations: bench.conversations, disposal: bench.disposal, folder: { sizes } },
    quotaBytes: () => quotaBytes,
    madeRoom: () => {
      made++;
    },
    report: (error) => reports.push(error),
  });
});
afterEach(async () => {
  await quota.close();
  bench.close();
  expect(reports.splice(0)).toEqual([]);
});

async function talk(turns: number): Promise<string> {
  const { id } = bench.conversations.create(null);
  for (let i = 0; i < turns; i++) await bench.say(id, `${i}`);
  return id;
}

test('a limit that was lowered lets old states go, and their files', async () => {
  const id = await talk(4);
  quota.keep();
  await quota.settled();
  expect([bench.engine.snapshots.size, made]).toEqual([4, 0]);
  quotaBytes = 250;
  quota.keep();
  await quota.settled();
  expect([bench.engine.snapshots.size, made]).toEqual([2, 1]);
  expect(bench.conversations.get(id).messages.filter(({ hasState }) => hasState)).toHaveLength(2);
});

test('calls that come while it looks are served together', async () => {
  for (let i = 0; i < 5; i++) quota.keep();
  await quota.settled();
  expect(looked).toBe(2);
});

test('states of deleted chats that the engine could not delete yet do not count', async () => {
  const [gone, kept] = [await talk(2), await talk(2)];
  bench.conversations.purge([gone]);
  quotaBytes = 200;
  quota.keep();
  await quota.settled();
  expect(bench.conversations.get(kept).messages.filter(({ hasState }) => hasState)).toHaveLength(2);
});

test('after its end nothing is looked at', async () => {
  await quota.close();
  quota.keep();
  await quota.settled();
  expect(looked).toBe(0);
});
