/** Finds places in the documents' own texts. The index tells where to look; the text itself decides. */
import type { DatabaseSync } from 'node:sqlite';
import { bestOf, textOf, type Found } from './found.ts';
import { matcherOf, searchableText } from './matching.ts';
import { snippetOf } from './snippet.ts';
import type { TextPart } from './textIndex.ts';

/** The texts of documents, by their parts. */
export interface TextSource {
  /** Parts that may hold all terms, the newest first. */
  candidates(terms: readonly string[]): Iterable<TextPart>;
  /** The parts with their texts; those that cannot be read are left out. */
  read(parts: Iterable<TextPart>): Iterable<readonly [TextPart, string]>;
  placeOf(part: TextPart): { readonly page: number | null; readonly heading: string | null };
}

/** So many parts are read for one search: a long book. */
const MOST_READ = 1000;

export function textHits(
  db: DatabaseSync,
  texts: TextSource,
  { terms, limit }: { readonly terms: readonly string[]; readonly limit: number },
): Found {
  const wanted = terms.map(searchableText);
  const matcher = matcherOf(wanted);
  const documents = documentsInUse(db);
  const found: { part: TextPart; document: DocumentInUse; text: string }[] = [];
  let read = 0;
  const candidates = texts.candidates(wanted);
  for (const [part, raw] of texts.read(inUse(candidates, documents))) {
    if (read++ === MOST_READ) break;
    const document = documents.get(part.documentId);
    const text = searchableText(raw);
    if (document && matcher.holds(text)) found.push({ part, document, text });
  }
  found.sort((a, b) => a.document.place - b.document.place || a.part.startByte - b.part.startByte);
  const hits = bestOf(found, {
    ...{ matcher, limit, text: ({ text }) => text },
    hit: ({ part, document, text }) => ({
      ...{ kind: 'text', ...part, ...texts.placeOf(part), title: document.title },
      snippet: snippetOf(text, wanted),
    }),
  });
  return { total: found.length, more: read > MOST_READ, hits };
}

function* inUse(parts: Iterable<TextPart>, documents: ReadonlyMap<string, DocumentInUse>): Generator<TextPart> {
  for (const part of parts) if (documents.has(part.documentId)) yield part;
}

interface DocumentInUse {
  readonly title: string;
  /** Among all, the newest first. */
  readonly place: number;
}

function documentsInUse(db: DatabaseSync): Map<string, DocumentInUse> {
  const sql = `SELECT id, json_extract(facts, '$.title') AS title FROM documents WHERE deleted_at IS NULL
    ORDER BY created_at DESC`;
  const rows = db.prepare(sql).all();
  return new Map(rows.map((row, place) => [textOf(row, 'id'), { title: textOf(row, 'title'), place }]));
}
