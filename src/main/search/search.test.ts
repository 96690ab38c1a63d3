/** Whatever somebody types, the search neither fails nor misses what is there. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ChatBench } from '../../../test/support/chatBench.ts';
import { saying } from '../../../test/support/fakeChatEngine.ts';
import { seededRandom } from '../../../test/support/randomModel.ts';
import type { SearchHit } from '../api/conversations.ts';
import { search } from './search.ts';

let bench: ChatBench;
let id: string;
beforeEach(() => {
  bench = new ChatBench();
  id = bench.conversations.create(null).id;
});
afterEach(() => bench.close());

const find = (query: string): SearchHit[] => search(bench.db, query, 50);
const inWords = (hits: readonly SearchHit[]): string[] =>
  hits.map(({ snippet }) => snippet.map(({ text, match }) => (match ? `[${text}]` : text)).join(''));

const TEXT =
  'Der Leuchtturmwärter ÄRGERTE sich. 灯塔在海边，灯光很亮。 The keeper’s log: "50% off" \\n C:\\temp a_b 🐋🐋🐋 naïve İstanbul e\u0301t\u0301e\u0301 ' +
  'ﬁne STRASSE';

test('every piece of a text is found by itself', async () => {
  bench.engine.script = saying(TEXT);
  await bench.say(id, 'Tell me');
  const random = seededRandom(3);
  const characters = Array.from(TEXT);
  for (let i = 0; i < 300; i++) {
    const start = Math.floor(random() * characters.length);
    const piece = characters.slice(start, start + 1 + Math.floor(random() * 12)).join('');
    // Quotation marks are for phrases.
    const query = piece.replace(/"/gu, ' ').trim();
    if (query === '') continue;
    expect(find(query), query).not.toEqual([]);
  }
});

test('nothing that is typed makes it fail', async () => {
  bench.engine.script = saying(TEXT);
  await bench.say(id, 'Tell me');
  const random = seededRandom(5);
  const odd = [
    ...'"*()^:+-{}[]\\%_\'’ ',
    'AND',
    'OR',
    'NOT',
    'NEAR(',
    'text:',
    '\u0000',
    '\ud83d',
    '\u202e',
    '海',
    'ab',
    '🐋',
    '--',
    ';',
  ];
  for (let i = 0; i < 500; i++) {
    const query = Array.from({ length: 1 + Math.floor(random() * 8) }, () => odd[Math.floor(random() * odd.length)]);
    expect(() => find(query.join('')), query.join('')).not.toThrow();
    expect(() => find(query.join(' ')), query.join(' ')).not.toThrow();
  }
  expect(() => find('x'.repeat(100_000))).not.toThrow();
  expect(() => find('x '.repeat(5_000))).not.toThrow();
});

test('case does not matter, in letters of other alphabets neither', async () => {
  bench.engine.script = saying('ÄRGER in МОСКВА, oh Ω');
  await bench.say(id, 'Tell me');
  expect(inWords(find('ärger')).at(-1)).toContain('[ÄRGER]');
  expect(inWords(find('москва')).at(-1)).toContain('[МОСКВА]');
  expect(find('är')).not.toEqual([]);
});

test('a snippet cuts no character in two and lies around the match', async () => {
  bench.engine.script = saying(`${'🐋'.repeat(120)} needle ${'🐋'.repeat(120)}`);
  await bench.say(id, 'Tell me');
  const [snippet] = inWords(find('needle').filter(({ kind }) => kind === 'message'));
  expect(snippet).toContain('[needle]');
  expect(snippet?.isWellFormed()).toBe(true);
});

test('what was changed is found as it is now, of all branches', async () => {
  bench.engine.script = saying('A parrot.');
  const first = await bench.say(id, 'Who?');
  bench.store.changeMessage(first.id, { text: 'A penguin.' });
  expect(find('parrot').filter(({ kind }) => kind === 'message')).toEqual([]);
  expect(find('penguin')).toMatchObject([{ kind: 'message', messageId: first.id }]);
});

test('documents, what was found out about them, and titles are found, unless they are in the bin', () => {
  const facts = JSON.stringify({ title: 'Walfang im 19. Jahrhundert' });
  bench.db.exec(`
    INSERT INTO documents (id, sha256, path, facts, conversation_id, created_at) VALUES ('d', 'h', '/p', '${facts}', '${id}', '2026');
    INSERT INTO readings (id, document_id, focus, model_name, model_fingerprint, summarise, status, overall, state_bytes, started_at)
      VALUES ('r', 'd', '', 'm', 'f', 1, 'finished', '鲸鱼的一生', 0, '2026');
    INSERT INTO reading_sections (reading_id, position, section, summary) VALUES ('r', 0, '{}', 'Of harpoons'), ('r', 1, '{}', NULL)`);
  bench.conversations.change(id, { title: 'Über Wale' });
  expect(find('walfang')).toMatchObject([{ kind: 'document', documentId: 'd' }]);
  expect(find('鲸鱼')).toMatchObject([{ kind: 'summary', documentId: 'd', section: null }]);
  expect(find('HARPOON')).toMatchObject([{ kind: 'summary', section: 0, title: 'Walfang im 19. Jahrhundert' }]);
  expect(find('über')).toMatchObject([{ kind: 'title', conversationId: id }]);
  bench.db.exec("UPDATE documents SET deleted_at = '2026'");
  bench.conversations.delete([id]);
  for (const query of ['walfang', '鲸鱼', 'harpoon', 'über']) expect(find(query), query).toEqual([]);
});
