import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ChatBench } from '../../../test/support/chatBench.ts';
import { statesOverQuota, type KeptState } from './quota.ts';

const state = (id: string, snapshotId: string, newest = false): KeptState => ({
  ...{ id, conversationId: `of ${id}`, snapshotId, newest },
});
const idsOver = (states: readonly KeptState[], quota: number): string[] =>
  statesOverQuota(states, SIZES, quota).map(({ id }) => id);
const SIZES = new Map(['a', 'b', 'c', 'd'].map((id) => [id, 100]));

describe('states over the quota', () => {
  test.each([
    ['none while there is room', 400, []],
    ['the first ones, but not yet the newest of a conversation', 300, ['2']],
    ['then these too', 150, ['2', '4', '1']],
    ['all but the very newest in the end', 0, ['2', '4', '1']],
  ])('are %s', (_, quota, expected) => {
    const states = [state('1', 'a', true), state('2', 'b'), state('3', 'c', true), state('4', 'd')];
    expect(idsOver(states, quota)).toEqual(expected);
  });

  test('count shared ones once, and give them up together', () => {
    const states = [state('1', 'a'), state('2', 'a'), state('3', 'b'), state('4', 'c')];
    expect(idsOver(states, 400)).toEqual([]);
    expect(idsOver(states, 300)).toEqual(['1', '2']);
  });

  test('that have no file take no room', () => {
    expect(idsOver([state('1', 'x'), state('2', 'a')], 400)).toEqual([]);
  });

  test('make room for what others keep', () => {
    expect(idsOver([state('1', 'a'), state('2', 'b')], 200)).toEqual(['1', '2']);
  });
});

describe('making room', () => {
  let bench: ChatBench;
  beforeEach(() => {
    bench = new ChatBench();
  });
  afterEach(() => bench.close());
  const withState = (id: string): number =>
    bench.conversations.get(id).messages.filter(({ hasState }) => hasState).length;
  const sizes = (): Map<string, number> => new Map([...bench.engine.snapshots.keys()].map((id) => [id, 100]));

  test('begins with the longest untouched conversations, and keeps the newest of pinned ones', async () => {
    const [pinned, old, young] = [1, 2, 3].map(() => bench.conversations.create(null).id) as [string, string, string];
    bench.conversations.change(pinned, { pinned: true });
    for (const id of [pinned, old, young])
      for (let i = 0; i < 3; i++) {
        await new Promise((resolve) => setTimeout(resolve, 2));
        await bench.say(id, `${i}`);
      }
    expect(bench.conversations.makeRoom(sizes(), 900)).toBe(0);
    expect(bench.conversations.makeRoom(sizes(), 600)).toBe(3);
    expect([old, young, pinned].map(withState)).toEqual([1, 2, 3]);
    await bench.disposal.dispose();
    expect(bench.conversations.makeRoom(sizes(), 100)).toBe(4);
    expect([old, young, pinned].map(withState)).toEqual([0, 1, 1]);
    expect(await bench.strays()).toEqual([]);
    expect(bench.engine.snapshots.size).toBe(2);
    await bench.say(old, 'It still goes on');
  });

  test('leaves named states alone', async () => {
    const { id } = bench.conversations.create(null);
    const answer = await bench.say(id, 'One');
    const special: Record<string, string> = { snapshot_id: `'turn-${answer.id}'`, tags: "'[]'" };
    const columns = (bench.db.prepare('PRAGMA table_info(saved_states)').all() as { name: string; type: string }[]).map(
      ({ name, type }) => special[name] ?? (type === 'INTEGER' ? '0' : "''"),
    );
    bench.db.exec(`INSERT INTO saved_states VALUES (${columns.join(', ')})`);
    expect(bench.conversations.makeRoom(sizes(), 0)).toBe(0);
    expect(withState(id)).toBe(1);
  });

  test('never takes what alone holds what was read of a document', async () => {
    const { id, headId } = bench.conversations.createFrom({
      ...{ title: 'The book', snapshotId: 'state-book', replayable: false, modelName: 'M', modelFingerprint: 'f' },
      messages: [
        { role: 'user', text: 'The book' },
        { role: 'assistant', text: 'A summary of it.' },
      ],
    });
    bench.engine.snapshots.set('state-book', { fingerprint: 'f', read: [] });
    await bench.say(id, 'And then?');
    await bench.say(bench.conversations.create(null).id, 'Something else');
    bench.conversations.makeRoom(sizes(), 0);
    expect(bench.conversations.get(id).messages.filter(({ hasState }) => hasState)).toMatchObject([{ id: headId }]);
    expect(() => bench.conversations.change(id, { systemPrompt: 'Be a pirate.' })).toThrow('state of a document');
  });

  test('waits for an answer that is being written', async () => {
    const { id } = bench.conversations.create(null);
    await bench.say(id, 'One');
    await bench.say(id, 'Two');
    for await (const event of bench.turns.send({ conversationId: id, parentId: null, text: 'Three' }))
      if (event.type === 'text') expect(bench.conversations.makeRoom(sizes(), 0)).toBe(0);
    expect(bench.conversations.makeRoom(sizes(), 0)).toBe(2);
  });
});
