import { afterEach, beforeEach, expect, test } from 'vitest';
import { ChatBench } from '../../../test/support/chatBench.ts';
import { MODEL, OTHER_MODEL } from '../../../test/support/fakeEngineAccess.ts';

let bench: ChatBench;
let id: string;
beforeEach(() => {
  bench = new ChatBench();
  id = bench.conversations.create(null).id;
});
afterEach(() => bench.close());

const ahead = (): ReturnType<ChatBench['turns']['replayAhead']> => bench.turns.replayAhead(id);

test('nothing is ahead before the first answer, nor while its state is there', async () => {
  expect(await ahead()).toBeNull();
  await bench.say(id, 'Is it so?');
  expect(await ahead()).toBeNull();
});

test('another model has to read all of the messages', async () => {
  bench.conversations.change(id, { systemPrompt: 'Be brief.' });
  await bench.say(id, 'Is it so?');
  bench.engine.model = OTHER_MODEL;
  // Two words, three words and “Yes.”, as the fake counts.
  const expected = { reason: 'other-model', modelName: MODEL.name, tokens: 6, seconds: 0.6, whole: true };
  expect(await ahead()).toEqual(expected);
  bench.engine.model = undefined;
  expect(await ahead()).toBeNull();
});

test('so does one whose states were let go', async () => {
  const answer = await bench.say(id, 'Is it so?');
  bench.store.dropStates([answer.id]);
  expect(await ahead()).toMatchObject({ reason: 'no-state', modelName: null, tokens: 4 });
});

test('what was read of a document is said to be lost', async () => {
  const { name: modelName, fingerprint: modelFingerprint } = MODEL;
  ({ id } = bench.conversations.createFrom({
    ...{ title: 'The book', snapshotId: 'state-book', replayable: false, modelName, modelFingerprint },
    messages: [
      { role: 'user', text: 'The book' },
      { role: 'assistant', text: 'A summary of it.' },
    ],
  }));
  expect(await ahead()).toBeNull();
  bench.engine.model = OTHER_MODEL;
  expect(await ahead()).toMatchObject({ whole: false });
});

test('a message whose state was let go takes reading from the nearest state before it', async () => {
  const answers = [await bench.say(id, 'One'), await bench.say(id, 'Is it so?'), await bench.say(id, 'Three')];
  const [first, second, third] = answers.map((answer) => answer.id) as [string, string, string];
  const reread = (messageId: string): ReturnType<ChatBench['turns']['rereadAhead']> =>
    bench.turns.rereadAhead(id, messageId);
  expect(await reread(third)).toBeNull();
  bench.store.dropStates([second]);
  // Three words and “Yes.”, as the fake counts.
  expect(await reread(second)).toEqual({ tokens: 4, seconds: 0.4, whole: true });
  bench.store.dropStates([first]);
  expect(await reread(second)).toMatchObject({ tokens: 6 });
  bench.engine.model = undefined;
  expect(await reread(second)).toBeNull();
});

test('only a prompt that is long enough tells how fast a model reads', async () => {
  await bench.say(id, 'Short');
  bench.engine.promptTokens = 600;
  await bench.say(id, 'Long');
  expect(bench.measured).toEqual([100]);
});
