/** Whatever somebody types, the search neither fails nor misses what is there. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ChatBench } from '../../../test/support/chatBench.ts';
import { found } from '../../../test/support/found.ts';
import { saying } from '../../../test/support/fakeChatEngine.ts';
import { seededRandom } from '../../../test/support/randomModel.ts';
import type { SearchHit } from '../api/conversations.ts';
import { MIGRATIONS, openDatabase } from '../store/database.ts';
import { search } from './search.ts';

let bench: ChatBench;
let id: string;
beforeEach(() => {
  bench = new ChatBench();
  id = bench.conversations.create(null).id;
});
afterEach(() => bench.close());

const find = (query: string): SearchHit[] => found(bench.db, query);
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

/** A document with its reading, in the state that `deleted_at` says. */
function addDocument(conversationId: string): void {
  const facts = JSON.stringify({ title: 'Walfang im 19. Jahrhundert', name: 'wale-2.pdf' });
  bench.db.exec(`
    INSERT INTO documents (id, sha256, path, facts, conversation_id, created_at)
      VALUES ('d', 'h', '/p', '${facts}', '${conversationId}', '2026');
    INSERT INTO readings (id, document_id, focus, model_name, model_fingerprint, summarise, status, overall, state_bytes, started_at)
      VALUES ('r', 'd', '', 'm', 'f', 1, 'finished', '鲸鱼的一生', 0, '2026');
    INSERT INTO reading_sections (reading_id, position, section, summary) VALUES ('r', 0, '{}', 'Of harpoons'), ('r', 1, '{}', NULL)`);
}

function addState(name: string, ...tags: string[]): void {
  bench.db.exec(`INSERT INTO saved_states (id, snapshot_id, name, tags, source, model_name, model_fingerprint, position,
    byte_length, transcript, replayable, damaged, created_at)
    VALUES ('s', 's', '${name}', '${JSON.stringify(tags)}', '{}', 'm', 'f', 1, 1, '[]', 0, 0, '2026')`);
}

test('documents, what was found out about them, and titles are found, unless they are in the bin', () => {
  addDocument(id);
  bench.conversations.change(id, { title: 'Über Wale' });
  const all = ['walfang', 'wale-2.pdf', '鲸鱼', '鲸', 'harpoon', 'über', 'üb'];
  const expectAll = (): void => {
    expect(find('walfang')).toMatchObject([{ kind: 'document', documentId: 'd' }]);
    expect(inWords(find('wale-2.pdf'))).toEqual(['Walfang im 19. Jahrhundert · [wale-2.pdf]']);
    expect(find('鲸鱼')).toMatchObject([{ kind: 'summary', documentId: 'd', section: null }]);
    expect(find('HARPOON')).toMatchObject([{ kind: 'summary', section: 0, title: 'Walfang im 19. Jahrhundert' }]);
    expect(find('über')).toMatchObject([{ kind: 'title', conversationId: id }]);
    expect(find('üb')).toMatchObject([{ kind: 'title', conversationId: id }]);
  };
  expectAll();
  bench.db.exec("UPDATE documents SET deleted_at = '2026'");
  bench.conversations.delete([id]);
  for (const query of all) expect(find(query), query).toEqual([]);
  bench.db.exec('UPDATE documents SET deleted_at = NULL');
  bench.conversations.restore([id]);
  expectAll();
  bench.db.exec('DELETE FROM documents');
  bench.conversations.delete([id]);
  bench.conversations.purge([id]);
  for (const query of all) expect(find(query), query).toEqual([]);
  expect(bench.db.prepare('SELECT * FROM search_entries').all()).toEqual([]);
});

test('summaries, names and tags are found as they are now', () => {
  addDocument(id);
  addState('Harbour Act', 'law', '港口法');
  const folder = bench.conversations.folders.create('Sea stories');
  expect(find('港口')).toMatchObject([{ kind: 'state', stateId: 's', title: 'Harbour Act' }]);
  expect(find('harbour law')).toHaveLength(1);
  expect(find('stories')).toMatchObject([{ kind: 'folder', folderId: folder.id, title: 'Sea stories' }]);
  bench.db.exec(`UPDATE reading_sections SET summary = 'Of whales' WHERE position = 1;
    UPDATE readings SET overall = 'A life';
    UPDATE saved_states SET name = 'Port', tags = '["x, y"]'`);
  bench.conversations.folders.rename(folder.id, 'River tales');
  for (const query of ['鲸鱼', 'harbour', 'law', 'stories']) expect(find(query), query).toEqual([]);
  expect(find('whales')).toMatchObject([{ kind: 'summary', section: 1 }]);
  expect(find('a life')).toMatchObject([{ kind: 'summary', section: null }]);
  expect(inWords(find('port x,'))).toEqual(['[Port] · [x,] y']);
  bench.conversations.folders.delete(folder.id);
  bench.db.exec('DELETE FROM saved_states; DELETE FROM readings');
  for (const query of ['whales', 'a life', 'port', 'river']) expect(find(query), query).toEqual([]);
  expect(() => bench.db.exec("INSERT INTO entry_search (entry_search) VALUES ('integrity-check')")).not.toThrow();
});

test('what an earlier version has stored is found', () => {
  const path = join(mkdtempSync(join(tmpdir(), 'anser-search-')), 'anser.db');
  const old = openDatabase(path, MIGRATIONS.slice(0, 1));
  old.exec(`INSERT INTO folders VALUES ('f', 'Sea stories', '2026');
    INSERT INTO conversations VALUES ('c', 'Old chat', 0, NULL, 0, '', 'off', '{}', '', NULL, NULL, 1, '2026', '2026', NULL);
    INSERT INTO documents VALUES ('d', 'h', '', '{"title":"Old book","name":"old.pdf"}', 'c', '2026', NULL);
    INSERT INTO readings VALUES ('r', 'd', '', 'm', 'f', 1, 'finished', NULL, NULL, 'Old whole', 0, '2026', NULL, NULL);
    INSERT INTO reading_sections VALUES ('r', 0, '{}', 'Old part'), ('r', 1, '{}', NULL);
    INSERT INTO saved_states VALUES ('s', 's', 'Old state', '["old tag"]', '{}', 'm', 'f', 1, 1, '[]', 0, 0, '2026')`);
  old.close();
  const db = openDatabase(path);
  expect(new Set(found(db, 'old').map(({ kind }) => kind))).toEqual(new Set(['title', 'document', 'summary', 'state']));
  expect(found(db, 'stories')).toMatchObject([{ kind: 'folder' }]);
  expect(found(db, 'old part')).toMatchObject([{ section: 0 }]);
  db.close();
  rmSync(dirname(path), { recursive: true });
});

test('questions about a document are told from the messages of chats', async () => {
  addDocument(id);
  await bench.say(id, 'A narwhal?');
  bench.db.prepare("UPDATE conversations SET document_id = 'd' WHERE id = ?").run(id);
  await bench.say(bench.conversations.create(null).id, 'Another narwhal?');
  const hits = find('narwhal');
  expect(hits.map(({ kind }) => kind)).toEqual(expect.arrayContaining(['message', 'question']));
  expect(hits.find(({ kind }) => kind === 'question')).toMatchObject({ documentId: 'd', conversationId: id });
});

test('whole words come first, then the newest; each kind tells how many there are', async () => {
  for (const text of ['A startling one', 'The first art', 'Smart', 'The other art'])
    await bench.say(bench.conversations.create(null).id, text);
  const texts = { candidates: () => [], read: () => [], placeOf: () => ({ page: null, heading: null }) };
  const groups = search({ db: bench.db, texts }, { query: 'art', limit: 2, kind: 'message' });
  expect(groups).toMatchObject([{ kind: 'message', total: 4, more: false }]);
  expect(groups.flatMap(({ hits }) => inWords(hits))).toEqual(['The other [art]', 'The first [art]']);
});
