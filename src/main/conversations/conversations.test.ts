/** Conversations and turns on a real database, with an engine that follows a script. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { found } from '../../../test/support/found.ts';
import type { ConversationNews } from '../api/contract.ts';
import type { Message, TurnEvent } from '../api/conversations.ts';
import { DEFAULT_SETTINGS } from '../settings/settings.ts';
import { openDatabase } from '../store/database.ts';
import { ScriptedEngine } from '../testing/scriptedEngine.ts';
import { Conversations } from './conversations.ts';
import { ConversationStore } from './conversationStore.ts';
import { isSnapshotUsed } from './snapshotUse.ts';
import { Turns } from './turns.ts';

let folder: string;
let db: DatabaseSync;
let store: ConversationStore;
let engine: ScriptedEngine;
let conversations: Conversations;
let turns: Turns;
/** What windows hear. */
let news: ConversationNews[];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'anser-conversations-'));
  db = openDatabase(join(folder, 'anser.db'));
  store = new ConversationStore(db);
  engine = new ScriptedEngine();
  news = [];
  conversations = new Conversations({
    store,
    settings: () => DEFAULT_SETTINGS,
    freed: () => undefined,
    tell: (event) => news.push(event),
  });
  turns = new Turns({
    ...{ store, engine, maxTokens: () => 100, changed: (id) => conversations.tell(id) },
    speed: { measured: () => undefined, secondsFor: () => null },
    answered: (id) => conversations.answered(id),
  });
});
afterEach(() => {
  db.close();
  rmSync(folder, { recursive: true });
});

async function collect(events: AsyncIterable<TurnEvent>): Promise<TurnEvent[]> {
  const all: TurnEvent[] = [];
  for await (const event of events) all.push(event);
  return all;
}

const answerIn = (events: readonly TurnEvent[]): Message => {
  const end = events.findLast((event) => event.type === 'end');
  if (end?.type !== 'end') throw new Error('The turn has no end.');
  return end.answer;
};

/** Snapshots that are to be deleted. */
const released = (): string[] =>
  db
    .prepare('SELECT id FROM doomed_snapshots')
    .all()
    .map(({ id }) => String(id))
    .filter((id) => !isSnapshotUsed(db, id));

/** Says something at the end of the branch that is shown. */
async function say(id: string, text: string): Promise<Message> {
  return answerIn(await collect(turns.send({ conversationId: id, parentId: conversations.get(id).headId, text })));
}

describe('a turn', () => {
  test('is stored before its end is told, with everything about it', async () => {
    const { id } = conversations.create(null);
    for await (const event of turns.send({ conversationId: id, parentId: null, text: 'Hi' })) {
      if (event.type !== 'end') continue;
      expect(conversations.get(id).messages.at(-1)).toEqual(event.answer);
      expect(event.answer).toMatchObject({
        ...{ text: 'Hello there.', status: 'finished', endReason: 'stop', hasState: true, modelName: 'Test' },
        details: { tokens: 2 },
      });
    }
    const { messages, title, headId } = conversations.get(id);
    expect(messages.map(({ role, text }) => [role, text])).toEqual([
      ['user', 'Hi'],
      ['assistant', 'Hello there.'],
    ]);
    expect(title).toBe('Hello there');
    expect(headId).toBe(messages[1]?.id);
  });

  test('goes on from the state before it, and reads no more than the new message', async () => {
    const { id } = conversations.create(null);
    conversations.change(id, { systemPrompt: 'Be brief.' });
    const first = await say(id, 'Hi');
    await say(id, 'And?');
    expect(engine.asked.map(({ base, messages }) => [base, messages])).toEqual([
      [
        undefined,
        [
          { role: 'system', text: 'Be brief.' },
          { role: 'user', text: 'Hi' },
        ],
      ],
      [`turn-${first.id}`, [{ role: 'user', text: 'And?' }]],
    ]);
  });

  test('keeps what was written when it is stopped, and the next one goes on from there', async () => {
    const { id } = conversations.create(null);
    engine.script = [['Once ', 'wait'], ['More.']];
    const controller = new AbortController();
    const events: TurnEvent[] = [];
    for await (const event of turns.send({ conversationId: id, parentId: null, text: 'Hi' }, controller.signal)) {
      events.push(event);
      if (event.type === 'text') controller.abort();
    }
    const stopped = answerIn(events);
    expect(stopped).toMatchObject({ text: 'Once ', status: 'stopped', endReason: 'cancelled', hasState: true });
    await say(id, 'Go on');
    expect(engine.asked[1]?.base).toBe(`turn-${stopped.id}`);
  });

  test('that is left in the middle keeps what was written', async () => {
    const { id } = conversations.create(null);
    for await (const event of turns.send({ conversationId: id, parentId: null, text: 'Hi' }))
      if (event.type === 'text') break;
    expect(conversations.get(id).messages.at(-1)).toMatchObject({ text: 'Hello ', status: 'stopped' });
    expect((await say(id, 'Again')).status).toBe('finished');
  });

  test('that fails says why, keeps what was written, and leaves the conversation usable', async () => {
    const { id } = conversations.create(null);
    engine.script = [['Half', 'fail:device-lost'], ['Whole.']];
    const failed = answerIn(await collect(turns.send({ conversationId: id, parentId: null, text: 'Hi' })));
    expect(failed).toMatchObject({ text: 'Half', status: 'failed', error: { code: 'device-lost' }, hasState: false });
    const again = answerIn(await collect(turns.regenerate({ conversationId: id, messageId: failed.id })));
    expect(again).toMatchObject({ text: 'Whole.', status: 'finished', parentId: failed.parentId });
  });

  test('without a model changes nothing', async () => {
    const { id } = conversations.create(null);
    engine.model = undefined;
    await expect(say(id, 'Hi')).rejects.toMatchObject({ code: 'model-unloaded' });
    expect(conversations.get(id).messages).toEqual([]);
  });

  test('waits for nothing: a second one at the same time is refused', async () => {
    const { id } = conversations.create(null);
    engine.script = [['wait']];
    const controller = new AbortController();
    const first = collect(turns.send({ conversationId: id, parentId: null, text: 'Hi' }, controller.signal));
    await expect(collect(turns.send({ conversationId: id, parentId: null, text: 'Ho' }))).rejects.toMatchObject({
      code: 'busy',
    });
    controller.abort();
    await first;
    engine.script = [['Yes.']];
    expect((await say(id, 'Now')).text).toBe('Yes.');
  });

  test('keeps a thought apart from the answer and from the title', async () => {
    const { id } = conversations.create(null);
    engine.script = [['thought:Hm, well', 'Four.']];
    const answer = await say(id, 'Two and two?');
    expect(answer).toMatchObject({ thought: 'Hm, well', text: 'Four.' });
    expect(answer.thoughtMs).toBeTypeOf('number');
    expect(conversations.fork(id, answer.id).messages[1]?.thoughtMs).toBe(answer.thoughtMs);
    engine.script = [['Five.']];
    expect((await say(id, 'And?')).thoughtMs).toBeNull();
    expect(conversations.get(id).title).toBe('Four');
  });
});

describe('a state that cannot be used', () => {
  test('of another model: the transcript is read', async () => {
    const { id } = conversations.create(null);
    await say(id, 'Hi');
    if (engine.model) engine.model = { ...engine.model, fingerprint: 'f2' };
    const { headId } = conversations.get(id);
    const events = await collect(turns.send({ conversationId: id, parentId: headId, text: 'More' }));
    expect(events.find(({ type }) => type === 'replay')).toEqual({
      type: 'replay',
      reason: 'other-model',
      messages: 2,
    });
    expect(engine.asked[1]?.messages.map(({ text }) => text)).toEqual(['Hi', 'Hello there.', 'More']);
  });

  test('that is gone or damaged: the turn reads the transcript by itself', async () => {
    const { id } = conversations.create(null);
    await say(id, 'Hi');
    engine.snapshots.clear();
    const { headId } = conversations.get(id);
    const events = await collect(turns.send({ conversationId: id, parentId: headId, text: 'More' }));
    expect(events.find(({ type }) => type === 'replay')).toMatchObject({ reason: 'damaged' });
    expect(answerIn(events).status).toBe('finished');
    expect(conversations.get(id).messages[1]?.hasState).toBe(false);
  });

  test('because the system prompt was changed', async () => {
    const { id } = conversations.create(null);
    const first = await say(id, 'Hi');
    conversations.change(id, { systemPrompt: 'Be a pirate.' });
    expect(released()).toEqual([`turn-${first.id}`]);
    await say(id, 'More');
    expect(engine.asked[1]).toMatchObject({ messages: [{ role: 'system', text: 'Be a pirate.' }, {}, {}, {}] });
  });
});

describe('branches', () => {
  test('an answer can have versions, and a question can be put anew', async () => {
    const { id } = conversations.create(null);
    const first = await say(id, 'Hi');
    const second = answerIn(await collect(turns.regenerate({ conversationId: id, messageId: first.id })));
    expect([second.parentId, conversations.get(id).headId]).toEqual([first.parentId, second.id]);
    await collect(turns.send({ conversationId: id, parentId: null, text: 'Hello' }));
    expect(conversations.get(id).messages.filter(({ parentId }) => parentId === null)).toHaveLength(2);
    conversations.change(id, { headId: first.id });
    await say(id, 'More');
    expect(engine.asked.at(-1)?.base).toBe(`turn-${first.id}`);
  });

  test('a fork shares states, and outlives its original', async () => {
    const { id } = conversations.create(null);
    const first = await say(id, 'Hi');
    await say(id, 'More');
    const fork = conversations.fork(id, first.id);
    expect(fork.messages.map(({ text }) => text)).toEqual(['Hi', 'Hello there.']);
    const before = conversations.get(id);
    await say(fork.id, 'Elsewhere');
    expect(engine.asked.at(-1)?.base).toBe(`turn-${first.id}`);
    expect(conversations.get(id)).toEqual(before);
    conversations.purge([id]);
    expect(released()).not.toContain(`turn-${first.id}`);
    conversations.purge([fork.id]);
    expect(released()).toContain(`turn-${first.id}`);
  });

  test('old states are thinned, the newest and every sixteenth stay', async () => {
    const { id } = conversations.create(null);
    for (let i = 0; i < 30; i++) await say(id, `Message ${i}`);
    const withState = conversations.get(id).messages.filter(({ hasState }) => hasState);
    expect(withState.length).toBeLessThan(12);
    expect(withState.slice(-8).map(({ id }) => id)).toEqual(
      conversations
        .get(id)
        .messages.filter(({ role }) => role === 'assistant')
        .slice(-8)
        .map(({ id }) => id),
    );
  });
});

describe('lists', () => {
  test('the bin keeps for thirty days', async () => {
    const { id } = conversations.create(null);
    const kept = conversations.create(null);
    await say(id, 'Hi');
    conversations.delete([id, kept.id]);
    expect(conversations.list(false)).toEqual([]);
    conversations.restore([kept.id]);
    expect(conversations.list(false).map(({ id }) => id)).toEqual([kept.id]);
    conversations.tidy(new Date(Date.now() + 29 * 86_400_000));
    expect(conversations.list(true)).toHaveLength(1);
    conversations.tidy(new Date(Date.now() + 31 * 86_400_000));
    expect(conversations.list(true)).toEqual([]);
    expect(released()).toHaveLength(1);
  });

  test('folders hold conversations, and let them go', () => {
    const shelf = conversations.folders.create('Books');
    const { id } = conversations.create(shelf.id);
    expect(conversations.folders.list()).toEqual([{ id: shelf.id, name: 'Books', conversationCount: 1 }]);
    expect(conversations.folders.rename(shelf.id, '书').name).toBe('书');
    conversations.folders.delete(shelf.id);
    expect(conversations.get(id).folderId).toBeNull();
  });

  test('a title of one’s own stays', async () => {
    const { id } = conversations.create(null);
    conversations.change(id, { title: 'Mine', pinned: true, draft: 'unsent' });
    await say(id, 'Hi');
    expect(conversations.get(id)).toMatchObject({ title: 'Mine', autoTitle: false, pinned: true, draft: 'unsent' });
  });

  test('an answer that the end of the program cut off is stopped', () => {
    const { id } = conversations.create(null);
    store.append(id, { parentId: null, role: 'assistant', text: 'Half', status: 'writing', think: 'off' });
    conversations.tidy();
    expect(conversations.get(id).messages[0]).toMatchObject({ text: 'Half', status: 'stopped' });
  });

  test('windows hear of what changed, and of no more', async () => {
    const { id } = conversations.create(null);
    const hear = (act: () => unknown): unknown[] => {
      news.splice(0);
      act();
      return news.map((event) => (event.type === 'changed' ? event.what : event.type));
    };
    expect(hear(() => conversations.change(id, { draft: 'half a' }))).toEqual(['draft']);
    expect(hear(() => conversations.change(id, { title: 'Mine' }))).toEqual(['conversation-row']);
    expect(news).toMatchObject([{ row: { id, title: 'Mine', autoTitle: false } }]);
    expect(hear(() => conversations.change(id, { think: 'full' }))).toEqual(['conversation']);
    const shelf = conversations.folders.create('Books');
    const moved = { folderId: shelf.id, title: undefined };
    expect(hear(() => conversations.change(id, moved))).toEqual(['conversation-row', 'folders']);
    news.splice(0);
    await say(id, 'Hi');
    expect(news.map(({ type }) => type)).toEqual(['conversation-row', 'conversation']);
    expect(news[0]).toMatchObject({ row: { messageCount: 2 } });
    expect(hear(() => conversations.delete([id]))).toEqual(['conversations', 'folders']);
    expect(hear(() => conversations.purge([id]))).toEqual(['conversations']);
  });

  test('what is gone is told as such', () => {
    expect(() => conversations.get('x')).toThrow(expect.objectContaining({ code: 'not-found' }));
  });
});

describe('search', () => {
  test.each([
    ['lighthouse', 'lighthouse'],
    ['LIGHT', 'light'],
    ['灯塔', '灯塔'],
    ['海', '海'],
    ['keeper lighthouse', 'lighthouse'],
    ['"the lighthouse"', 'the lighthouse'],
    ['100%', '100%'],
  ])('%s is found', async (query, mark) => {
    const { id } = conversations.create(null);
    engine.script = [['The keeper of the lighthouse 灯塔在海边 gave 100% "always".']];
    await say(id, 'Who?');
    const hit = found(db, query).find(({ kind }) => kind === 'message');
    expect(hit?.snippet.filter(({ match }) => match).map(({ text }) => text.toLowerCase())).toContain(mark);
  });

  test('nothing in the bin, nothing that was changed away, and no syntax', async () => {
    const { id } = conversations.create(null);
    engine.script = [['A parrot.']];
    await say(id, 'Who?');
    for (const query of ['giraffe', '"', '" OR "', 'par* NOT', '%', '']) expect(found(db, query)).toEqual([]);
    expect(found(db, 'parrot')).not.toEqual([]);
    conversations.delete([id]);
    expect(found(db, 'parrot')).toEqual([]);
  });
});
