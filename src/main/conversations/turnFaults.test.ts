/** What may go wrong around a turn: the conversation stays usable, and no snapshot stays that nobody knows of. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import { answerOf, ChatBench, eventsOf } from '../../../test/support/chatBench.ts';
import { saying } from '../../../test/support/fakeChatEngine.ts';
import { MODEL, OTHER_MODEL } from '../../../test/support/fakeEngineAccess.ts';
import { isSnapshotUsed } from './snapshotUse.ts';

let bench: ChatBench;
let id: string;
beforeEach(() => {
  bench = new ChatBench();
  id = bench.conversations.create(null).id;
});
afterEach(() => bench.close());

const send = (text: string): ReturnType<ChatBench['turns']['send']> =>
  bench.turns.send({ conversationId: id, parentId: bench.conversations.get(id).headId, text });

test('states that turn out to be no good are deleted', async () => {
  await bench.say(id, 'One');
  // The rows say that it is of the model that is loaded; the file says otherwise.
  bench.engine.model = OTHER_MODEL;
  bench.db.exec(`UPDATE messages SET model_fingerprint = '${OTHER_MODEL.fingerprint}'`);
  await bench.say(id, 'Two');
  expect(await bench.strays()).toEqual([]);
  expect(bench.engine.snapshots.size).toBe(1);
});

test('a damaged state that alone holds what was read of a document is told of, not replaced by the messages', async () => {
  const { name: modelName, fingerprint: modelFingerprint } = MODEL;
  ({ id } = bench.conversations.createFrom({
    ...{ title: 'The book', snapshotId: 'state-book', replayable: false, modelName, modelFingerprint },
    messages: [
      { role: 'user', text: 'The book' },
      { role: 'assistant', text: 'A summary of it.' },
    ],
  }));
  const read = [{ role: 'user', text: 'The whole book.' }] as const;
  bench.engine.snapshots.set('state-book', { fingerprint: modelFingerprint, read });
  const first = await bench.say(id, 'One');
  bench.engine.snapshots.delete(`turn-${first.id}`);
  expect(await bench.say(id, 'Two')).toMatchObject({ status: 'failed', error: { code: 'snapshot-missing' } });
  // An earlier state still knows the book.
  await bench.say(id, 'Three');
  expect(bench.engine.read[0]?.text).toBe('The whole book.');
});

test('a fork made while an answer is written has that answer as far as it is, stopped', async () => {
  bench.engine.script = saying('a', 'b');
  for await (const event of send('Hi')) {
    if (event.type !== 'text' || event.text !== 'a') continue;
    const fork = bench.conversations.fork(id, bench.conversations.get(id).headId ?? '');
    expect(fork.messages.at(-1)?.status).toBe('stopped');
  }
  expect(bench.conversations.get(id).messages.at(-1)?.status).toBe('finished');
});

test('a conversation that is removed while it is answered ends the turn, and its state goes', async () => {
  bench.engine.script = saying('a', 'b', 'c');
  const types: string[] = [];
  const turn = async (): Promise<void> => {
    for await (const event of send('Hi')) {
      types.push(event.type);
      if (event.type === 'text' && event.text === 'a') bench.conversations.purge([id]);
    }
  };
  await turn().catch((error: unknown) => expect(error).toMatchObject({ code: 'not-found' }));
  expect(bench.turns.active).toBe(false);
  expect(await bench.strays()).toEqual([]);
});

test('a system prompt that is changed while an answer is written holds from the next turn on', async () => {
  bench.engine.script = async function* () {
    yield 'Yes.';
    bench.conversations.change(id, { systemPrompt: 'Be brief.' });
  };
  await bench.say(id, 'One');
  bench.engine.script = saying('No.');
  await bench.say(id, 'Two');
  expect(bench.engine.read[0]).toEqual({ role: 'system', text: 'Be brief.' });
  expect(await bench.strays()).toEqual([]);
});

test('a turn that the window leaves keeps no state that nothing refers to', async () => {
  for await (const event of send('Hi')) if (event.type === 'text') break;
  // The engine saves what it has, though nobody waits for it any more.
  bench.engine.snapshots.set(bench.engine.requests[0]?.saveAs ?? '', { fingerprint: '', read: [] });
  expect(await bench.strays()).toEqual([]);
});

test('a disk that fills up while an answer is written does not leave it under way', async () => {
  bench.engine.script = async function* () {
    yield 'Long ago';
    const pages = Number(bench.db.prepare('PRAGMA page_count').get()?.['page_count']);
    bench.db.exec(`PRAGMA max_page_count = ${pages}`);
    yield 'x'.repeat(1 << 20);
  };
  await eventsOf(send('Hi')).catch((error: unknown) => expect(error).toMatchObject({ code: 'disk-full' }));
  expect(bench.turns.active).toBe(false);
  expect(bench.conversations.get(id).messages.at(-1)).toMatchObject({ status: 'failed', error: { code: 'disk-full' } });
  bench.db.exec('PRAGMA max_page_count = 1000000');
  bench.engine.script = saying('Here.');
  expect((await bench.say(id, 'Again')).status).toBe('finished');
});

test('question and empty answer are stored together or not at all', async () => {
  bench.db.exec(`CREATE TRIGGER no_answers BEFORE INSERT ON messages WHEN new.role = 'assistant'
    BEGIN SELECT RAISE(ABORT, 'no'); END`);
  await expect(eventsOf(send('Hi'))).rejects.toThrow();
  expect(bench.conversations.get(id).messages).toEqual([]);
});

test('a branch cannot be shown that does not exist', () => {
  expect(() => bench.conversations.change(id, { headId: 'gone' })).toThrow(
    expect.objectContaining({ code: 'not-found' }),
  );
});

test('old states are thinned evenly, however long the conversation has become', async () => {
  for (let i = 0; i < 60; i++) await bench.say(id, `${i}`);
  const answers = bench.conversations.get(id).messages.filter(({ role }) => role === 'assistant');
  const kept = answers.flatMap(({ hasState }, index) => (hasState ? [index] : []));
  expect(kept).toEqual([15, 31, 47, ...[52, 53, 54, 55, 56, 57, 58, 59]]);
  expect(await bench.strays()).toEqual([]);
  expect(bench.engine.snapshots.size).toBe(kept.length);
});

test('a version that is not shown keeps its newest states', async () => {
  const first = await bench.say(id, 'One');
  await bench.say(id, 'Two');
  const left = bench.conversations.get(id).headId;
  await eventsOf(bench.turns.regenerate({ conversationId: id, messageId: first.id }));
  for (let i = 0; i < 20; i++) await bench.say(id, `${i}`);
  const messages = bench.conversations.get(id).messages;
  expect(messages.find((message) => message.id === left)?.hasState).toBe(true);
  expect(answerOf(await eventsOf(bench.turns.regenerate({ conversationId: id, messageId: left ?? '' }))).status).toBe(
    'finished',
  );
});

test('a state that the engine has saved is needed already while its answer is being stored', async () => {
  for await (const event of send('Hi')) {
    if (event.type === 'begun') expect(isSnapshotUsed(bench.db, `turn-${event.answer.id}`)).toBe(true);
    if (event.type === 'text') break;
  }
  const [, answer] = bench.conversations.get(id).messages;
  expect(isSnapshotUsed(bench.db, `turn-${answer?.id}`)).toBe(false);
});
