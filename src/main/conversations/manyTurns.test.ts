/** Long and tangled conversations: however the user went through them, the model has read exactly what is shown. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ChatBench, eventsOf } from '../../../test/support/chatBench.ts';
import { saying } from '../../../test/support/fakeChatEngine.ts';
import { death, MODEL, OTHER_MODEL } from '../../../test/support/fakeEngineAccess.ts';
import { seededRandom } from '../../../test/support/randomModel.ts';

let bench: ChatBench;
beforeEach(() => {
  bench = new ChatBench();
});
afterEach(() => bench.close());

const PROMPTS = ['', 'Be brief.', '像海盗一样说话。'];

/** What the model must have read when it answers the last question of the branch that ends with `headId`. */
function expectedRead(conversationId: string): { role: string; text: string }[] {
  const { systemPrompt, headId } = bench.conversations.get(conversationId);
  const branch = bench.store.branch(conversationId, headId).slice(0, -1);
  const spoken = branch.filter(({ status, text }) => !(status === 'failed' && text === ''));
  const system = systemPrompt === '' ? [] : [{ role: 'system', text: systemPrompt }];
  return [...system, ...spoken.map(({ role, text }) => ({ role, text }))];
}

test.each([1, 2, 3, 4, 5])('a random walk, seed %i', async (seed) => {
  const random = seededRandom(seed);
  const below = (count: number): number => Math.floor(random() * count);
  const among = <T>(items: readonly T[]): T => items[below(items.length)] as T;
  let number = 0;
  /** Answers in one of the ways that there are. */
  const nextScript = (stop: AbortController): void => {
    const name = `Answer ${++number}`;
    const way = below(8);
    bench.engine.script = async function* () {
      if (way === 0) throw death();
      if (way === 1) stop.abort();
      yield `${name},`;
      if (way === 2) throw death();
      if (way === 3) stop.abort();
      yield ' whole.';
    };
  };
  const turn = async (id: string): Promise<void> => {
    const stop = new AbortController();
    nextScript(stop);
    const { messages, headId } = bench.conversations.get(id);
    const answers = messages.filter(({ role }) => role === 'assistant');
    const events =
      answers.length > 0 && below(4) === 0
        ? bench.turns.regenerate({ conversationId: id, messageId: among(answers).id }, stop.signal)
        : bench.turns.send({ conversationId: id, parentId: headId, text: `Question ${++number}` }, stop.signal);
    await eventsOf(events);
    expect(bench.engine.read).toEqual(expectedRead(id));
  };
  const ids = [bench.conversations.create(null).id];
  for (let step = 0; step < 80; step++) {
    const id = among(ids);
    const answers = bench.conversations.get(id).messages.filter(({ role }) => role === 'assistant');
    const what = below(12);
    if (what === 0) bench.engine.model = bench.engine.model === MODEL ? OTHER_MODEL : MODEL;
    else if (what === 1) bench.conversations.change(id, { systemPrompt: among(PROMPTS) });
    else if (what === 2 && answers.length > 0) bench.conversations.change(id, { headId: among(answers).id });
    else if (what === 3 && answers.length > 0) ids.push(bench.conversations.fork(id, among(answers).id).id);
    else if (what === 4 && ids.length > 1) bench.conversations.purge(ids.splice(ids.indexOf(id), 1));
    else if (what === 5) bench.engine.snapshots.delete(among([...bench.engine.snapshots.keys(), '']));
    else await turn(id);
  }
  expect(await bench.strays()).toEqual([]);
});

test('a conversation of 2,000 messages is read with two queries, goes on and forks', async () => {
  const { id } = bench.conversations.create(null);
  bench.db.exec('BEGIN');
  let parentId: string | null = null;
  for (let i = 0; i < 2000; i++) {
    const role: 'user' | 'assistant' = i % 2 === 0 ? 'user' : 'assistant';
    parentId = bench.store.append(id, { parentId, role, text: `Number ${i}`, status: 'finished', think: 'off' }).id;
  }
  bench.db.exec('COMMIT');
  let queries = 0;
  const prepare = bench.db.prepare.bind(bench.db);
  bench.db.prepare = (sql) => {
    queries++;
    return prepare(sql);
  };
  const conversation = bench.conversations.get(id);
  expect(queries).toBe(2);
  expect(conversation.messages.map(({ text }) => text)).toEqual(Array.from({ length: 2000 }, (_, i) => `Number ${i}`));
  bench.engine.script = saying('Here.');
  await bench.say(id, 'Still there?');
  expect(bench.engine.read).toHaveLength(2001);
  expect(bench.conversations.fork(id, bench.conversations.get(id).headId ?? '').messages).toHaveLength(2002);
});
