/**
 * How large the index of documents' texts is, how long indexing takes and makes the program wait, and how long searches
 * take. `node scripts/run.mjs tools/bench/search.ts BOOK... [--page 3000] [--times 1] [--word WORD]...`: text files, cut into
 * pages of so many characters; taken in so many times, each time begun at another place.
 */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { parseArgs } from 'node:util';
import { DocumentFiles } from '../../src/main/documents/documentFiles.ts';
import { PlacesFiles } from '../../src/main/documents/placesFiles.ts';
import { DocumentTexts } from '../../src/main/search/documentTexts.ts';
import { search } from '../../src/main/search/search.ts';
import { openDatabase } from '../../src/main/store/database.ts';

const RUNS = 9;

const { values: options, positionals: books } = parseArgs({
  allowPositionals: true,
  options: {
    page: { type: 'string', default: '3000' },
    times: { type: 'string', default: '1' },
    word: { type: 'string', multiple: true, default: ['the', 'of', 'e', '函数', '函', 'zzzqqq'] },
  },
});

const folder = mkdtempSync(join(tmpdir(), 'anser-search-bench-'));
const db = openDatabase(join(folder, 'anser.db'));
const files = new DocumentFiles(join(folder, 'documents'));
const places = new PlacesFiles(files);
const path = join(folder, 'search.db');
const texts = new DocumentTexts({ path, files, places: (id) => places.of(id) });

const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(1)} MB`;

/** Puts a document in its place, as an import would. */
function put(store: DatabaseSync, id: string, text: string, pageLength: number): { pages: number; bytes: number } {
  const pages: number[] = [];
  let bytes = 0;
  for (let at = 0; at < text.length; at += pageLength) {
    pages.push(bytes);
    bytes += Buffer.byteLength(text.slice(at, at + pageLength));
  }
  mkdirSync(files.folder(id), { recursive: true });
  writeFileSync(files.textPath(id), text);
  writeFileSync(files.mapPath(id), JSON.stringify({ version: 1, format: 'text', bytes, pages, outline: [] }));
  store
    .prepare(
      `INSERT INTO documents (id, sha256, path, facts, conversation_id, created_at) VALUES (?, ?, '', ?, '', '2026')`,
    )
    .run(id, id, JSON.stringify({ title: id, name: id }));
  return { pages: pages.length, bytes };
}

try {
  let total = 0;
  for (let time = 0; time < Number(options.times); time++)
    for (const book of books) {
      const text = readFileSync(book, 'utf8').toWellFormed();
      const start = (time * 997) % text.length;
      const id = `${time}-${books.indexOf(book)}`;
      const { pages, bytes } = put(db, id, text.slice(start) + text.slice(0, start), Number(options.page));
      total += bytes;
      const delay = monitorEventLoopDelay({ resolution: 1 });
      delay.enable();
      const began = performance.now();
      texts.add(id);
      await texts.settled;
      const took = performance.now() - began;
      delay.disable();
      if (time === 0)
        console.log(
          `${book}: ${pages} pages, ${megabytes(bytes)}, indexed in ${took.toFixed(0)} ms, longest wait ${(delay.max / 1e6).toFixed(0)} ms`,
        );
    }
  for (const query of options.word) {
    const took: number[] = [];
    let found = 'none';
    for (let run = 0; run < RUNS; run++) {
      const began = performance.now();
      const [group] = search({ db, texts }, { query, limit: 5, kind: 'text' });
      took.push(performance.now() - began);
      if (group) found = `${group.total}${group.more ? ' or more' : ''}`;
    }
    took.sort((a, b) => a - b);
    const [least = 0, median = 0, most = 0] = [took[0], took[RUNS >> 1], took.at(-1)];
    console.log(`${query}: ${median.toFixed(1)} ms (${least.toFixed(1)} to ${most.toFixed(1)}), found: ${found}`);
  }
  await texts.close();
  console.log(`index: ${megabytes(statSync(path).size)} for ${megabytes(total)} of text`);
} finally {
  db.close();
  rmSync(folder, { recursive: true, force: true });
}
