/** Finds what was said, read and summarised. Words of three characters and more come from an index of trigrams. */
import type { DatabaseSync } from 'node:sqlite';
import type { SearchHit } from '../api/conversations.ts';
import { termsOf, snippetOf } from './snippet.ts';

/** Shorter words are in no trigram; they are looked for in the text itself. */
const INDEXED_LENGTH = 3;

type Candidate = Readonly<Record<string, unknown>>;

/** Hits of all kinds, the newest of each kind first: titles, then messages, documents and summaries. */
export function search(db: DatabaseSync, query: string, limit: number): SearchHit[] {
  const terms = termsOf(query);
  if (terms.length === 0) return [];
  return [...titles(db, terms), ...messages(db, terms, limit), ...documents(db, terms), ...summaries(db, terms)].slice(
    0,
    limit,
  );
}

/** `column` holds every term, whatever its case. */
function holdsAll(column: string, terms: readonly string[]): { sql: string; values: string[] } {
  const spellings = terms.map(spellingsOf);
  const one = `${column} LIKE ? ESCAPE '\\'`;
  return {
    sql: spellings.map((all) => `(${all.map(() => one).join(' OR ')})`).join(' AND '),
    values: spellings.flat().map((term) => `%${term.replace(/[\\%_]/gu, String.raw`\$&`)}%`),
  };
}

/** SQLite itself knows upper and lower case of the letters a to z only. */
function spellingsOf(term: string): string[] {
  const [first = '', ...rest] = Array.from(term.toLowerCase());
  return [...new Set([term, term.toLowerCase(), term.toUpperCase(), first.toUpperCase() + rest.join('')])];
}

const text = (row: Candidate, name: string): string => String(row[name]);

function titles(db: DatabaseSync, terms: readonly string[]): SearchHit[] {
  const { sql, values } = holdsAll('title', terms);
  return db
    .prepare(
      `SELECT id, title FROM conversations WHERE deleted_at IS NULL AND document_id IS NULL AND ${sql}
        ORDER BY updated_at DESC LIMIT 20`,
    )
    .all(...values)
    .map((row) => {
      const title = text(row, 'title');
      return { kind: 'title', conversationId: text(row, 'id'), title, snippet: snippetOf(title, terms) };
    });
}

function messages(db: DatabaseSync, terms: readonly string[], limit: number): SearchHit[] {
  const indexed = terms.filter((term) => Array.from(term).length >= INDEXED_LENGTH);
  const rest = holdsAll(
    'm.text',
    terms.filter((term) => !indexed.includes(term)),
  );
  const conditions = [
    ...(indexed.length > 0 ? ['m.number IN (SELECT rowid FROM message_search WHERE message_search MATCH ?)'] : []),
    ...(rest.sql === '' ? [] : [rest.sql]),
  ];
  const match = indexed.map((term) => `"${term.replaceAll('"', '""')}"`).join(' AND ');
  return db
    .prepare(
      `SELECT m.id, m.text, m.conversation_id, c.title, c.document_id FROM messages m
        JOIN conversations c ON c.id = m.conversation_id
        WHERE c.deleted_at IS NULL AND ${conditions.join(' AND ')} ORDER BY m.number DESC LIMIT ?`,
    )
    .all(...(match === '' ? [] : [match]), ...rest.values, limit)
    .map((row) => ({
      kind: 'message',
      conversationId: text(row, 'conversation_id'),
      messageId: text(row, 'id'),
      documentId: row['document_id'] === null ? null : text(row, 'document_id'),
      title: text(row, 'title'),
      snippet: snippetOf(text(row, 'text'), terms),
    }));
}

function documents(db: DatabaseSync, terms: readonly string[]): SearchHit[] {
  const { sql, values } = holdsAll("json_extract(facts, '$.title')", terms);
  return db
    .prepare(
      `SELECT id, json_extract(facts, '$.title') AS title FROM documents WHERE deleted_at IS NULL AND ${sql}
        ORDER BY created_at DESC LIMIT 20`,
    )
    .all(...values)
    .map((row) => {
      const title = text(row, 'title');
      return { kind: 'document', documentId: text(row, 'id'), title, snippet: snippetOf(title, terms) };
    });
}

function summaries(db: DatabaseSync, terms: readonly string[]): SearchHit[] {
  const { sql, values } = holdsAll('text', terms);
  return db
    .prepare(
      `SELECT * FROM (
          SELECT r.document_id AS document_id, NULL AS section, r.overall AS text, r.started_at AS at FROM readings r
          UNION ALL
          SELECT r.document_id, s.position, s.summary, r.started_at FROM reading_sections s
            JOIN readings r ON r.id = s.reading_id WHERE s.summary IS NOT NULL
        ) JOIN (SELECT id, json_extract(facts, '$.title') AS title FROM documents WHERE deleted_at IS NULL)
          ON id = document_id
        WHERE ${sql} ORDER BY at DESC, section LIMIT 20`,
    )
    .all(...values)
    .map((row) => ({
      kind: 'summary',
      documentId: text(row, 'document_id'),
      title: text(row, 'title'),
      section: row['section'] === null ? null : Number(row['section']),
      snippet: snippetOf(text(row, 'text'), terms),
    }));
}
