import { afterEach, beforeEach, expect, test } from 'vitest';
import { ChatBench } from '../../../test/support/chatBench.ts';
import type { AnswerEnding, TurnWriter } from '../conversationAccess.ts';
import { documentTurns } from './documentTurns.ts';

const ENDING: AnswerEnding = {
  ...{ text: 'In May.', status: 'finished', endReason: 'stop', modelName: 'RWKV-7', error: null, details: null },
  basis: { basis: { mode: 'memory', sections: 1, bytes: 5, totalBytes: 10 }, pages: null, documentTokens: 0 },
};

let bench: ChatBench;
let turns: TurnWriter;
let id: string;
beforeEach(() => {
  bench = new ChatBench();
  turns = documentTurns(bench.store);
  id = bench.conversations.createForDocument('d', 'A document');
});
afterEach(() => bench.close());

test('a question and its answer follow the ones before, with what the answer rests on', () => {
  const first = turns.begin(id, 'When?');
  turns.keep(first.answer.id, 'In ');
  expect(bench.conversations.get(id).messages.at(-1)).toMatchObject({ text: 'In ', status: 'writing' });
  expect(turns.finish(first.answer.id, ENDING)).toMatchObject(ENDING);
  const second = turns.begin(id, 'Why?');
  expect([second.user.parentId, second.answer.parentId]).toEqual([first.answer.id, second.user.id]);
  expect(bench.conversations.get(id)).toMatchObject({ headId: second.answer.id, messageCount: 4, title: 'A document' });
});

test('one question is answered at a time', () => {
  const { answer } = turns.begin(id, 'When?');
  expect(() => turns.begin(id, 'Why?')).toThrow(expect.objectContaining({ code: 'busy' }));
  turns.begin(bench.conversations.createForDocument('e', 'Another'), 'Why?');
  turns.finish(answer.id, ENDING);
  expect(turns.begin(id, 'Why?').user.parentId).toBe(answer.id);
});

test('a full disk ends the answer, and the next question can be asked', () => {
  const { answer } = turns.begin(id, 'When?');
  turns.keep(answer.id, 'In May');
  const pages = Number(bench.db.prepare('PRAGMA page_count').get()?.['page_count']);
  bench.db.exec(`PRAGMA max_page_count = ${pages}`);
  expect(turns.finish(answer.id, { ...ENDING, text: 'x'.repeat(1 << 20) })).toMatchObject({
    ...{ text: 'In May', status: 'failed', error: { code: 'disk-full' } },
  });
  bench.db.exec('PRAGMA max_page_count = 1000000');
  turns.begin(id, 'Why?');
});

test('a question about a document that is gone is told as such', () => {
  bench.conversations.purge([id]);
  expect(() => turns.begin(id, 'When?')).toThrow(expect.objectContaining({ code: 'not-found' }));
});
