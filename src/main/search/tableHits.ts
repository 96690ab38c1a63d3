/** Finds what is in the database: messages, names and summaries. What lies in the bin is not found. */
import type { DatabaseSync } from 'node:sqlite';
import type { SearchHit, SearchKind } from '../api/conversations.ts';
import { foundIn, MOST_WEIGHED, textOf, type Found, type Row } from './found.ts';
import type { Matcher } from './matching.ts';
import { holdsAll } from './queries.ts';
import { snippetOf, type Snippet } from './snippet.ts';

/** What of a kind is searched. */
interface Source {
  /** The rest of a SELECT, up to the condition for the terms. */
  readonly from: string;
  /** The newest first. */
  readonly order: string;
  readonly row: Parameters<typeof holdsAll>[1];
  hit(row: Row, snippet: Snippet): SearchHit;
}

const ENTRY = { number: 'e.number', text: 'e.text', index: 'entry_search' };
const MESSAGE = { number: 'm.number', text: 'm.text', index: 'message_search' };
const MESSAGES = `m.id, m.text, m.conversation_id, c.document_id, c.title FROM messages m
  JOIN conversations c ON c.id = m.conversation_id WHERE c.deleted_at IS NULL`;
const DOCUMENT_TITLE = "json_extract(d.facts, '$.title') AS title";

const entryOf = (kind: string, table: string): string =>
  `FROM search_entries e JOIN ${table} ON o.id = e.owner_id WHERE e.kind = '${kind}'`;

const ids = (row: Row): { conversationId: string; messageId: string; title: string } => ({
  conversationId: textOf(row, 'conversation_id'),
  messageId: textOf(row, 'id'),
  title: textOf(row, 'title'),
});

const named = (row: Row): { title: string } => ({ title: textOf(row, 'title') });

const SOURCES: Readonly<Record<Exclude<SearchKind, 'text'>, Source>> = {
  title: {
    from: `e.text, o.id, o.title ${entryOf('title', 'conversations o')} AND o.deleted_at IS NULL AND o.document_id IS NULL`,
    order: 'o.updated_at DESC',
    row: ENTRY,
    hit: (row, snippet) => ({ kind: 'title', conversationId: textOf(row, 'id'), ...named(row), snippet }),
  },
  message: {
    from: `${MESSAGES} AND c.document_id IS NULL`,
    order: 'm.number DESC',
    row: MESSAGE,
    hit: (row, snippet) => ({ kind: 'message', ...ids(row), snippet }),
  },
  question: {
    from: `${MESSAGES} AND c.document_id IS NOT NULL`,
    order: 'm.number DESC',
    row: MESSAGE,
    hit: (row, snippet) => ({ kind: 'question', documentId: textOf(row, 'document_id'), ...ids(row), snippet }),
  },
  document: {
    from: `e.text, d.id, ${DOCUMENT_TITLE} FROM search_entries e JOIN documents d ON d.id = e.owner_id
      WHERE e.kind = 'document' AND d.deleted_at IS NULL`,
    order: 'd.created_at DESC',
    row: ENTRY,
    hit: (row, snippet) => ({ kind: 'document', documentId: textOf(row, 'id'), ...named(row), snippet }),
  },
  summary: {
    from: `e.text, d.id, ${DOCUMENT_TITLE}, CASE e.kind WHEN 'section' THEN e.position END AS section
      FROM search_entries e JOIN readings r ON r.id = e.owner_id JOIN documents d ON d.id = r.document_id
      WHERE e.kind IN ('overall', 'section') AND d.deleted_at IS NULL`,
    order: 'r.started_at DESC, e.position',
    row: ENTRY,
    hit: (row, snippet) => ({
      ...{ kind: 'summary', documentId: textOf(row, 'id'), ...named(row), snippet },
      section: row['section'] === null ? null : Number(row['section']),
    }),
  },
  state: {
    from: `e.text, o.id, o.name AS title ${entryOf('state', 'saved_states o')}`,
    order: 'o.created_at DESC',
    row: ENTRY,
    hit: (row, snippet) => ({ kind: 'state', stateId: textOf(row, 'id'), ...named(row), snippet }),
  },
  folder: {
    from: `e.text, o.id, o.name AS title ${entryOf('folder', 'folders o')}`,
    order: 'o.created_at DESC',
    row: ENTRY,
    hit: (row, snippet) => ({ kind: 'folder', folderId: textOf(row, 'id'), ...named(row), snippet }),
  },
};

/** @param matcher of the same terms */
export function tableHits(
  db: DatabaseSync,
  kind: Exclude<SearchKind, 'text'>,
  { terms, matcher, limit }: { readonly terms: readonly string[]; readonly matcher: Matcher; readonly limit: number },
): Found {
  const { from, order, row, hit } = SOURCES[kind];
  const { sql, values } = holdsAll(terms, row);
  const rows = db.prepare(`SELECT ${from} AND ${sql} ORDER BY ${order} LIMIT ${MOST_WEIGHED + 1}`).all(...values);
  return foundIn(rows, {
    ...{ matcher, limit, text: (found) => textOf(found, 'text') },
    hit: (found) => hit(found, snippetOf(textOf(found, 'text'), terms)),
  });
}
