/** Conditions in SQL for the terms of a query. Terms of three characters and more are in the indexes of trigrams. */

/** Shorter terms are in no trigram; they are looked for in the text itself. */
export const INDEXED_LENGTH = 3;

export const isIndexed = (term: string): boolean => Array.from(term).length >= INDEXED_LENGTH;

/** A string of the query language of FTS5. */
export const quoted = (term: string): string => `"${term.replaceAll('"', '""')}"`;

export interface Condition {
  readonly sql: string;
  readonly values: readonly string[];
}

/**
 * That a row holds every term, whatever its case.
 * @param row its number, its text, and the index over that text
 */
export function holdsAll(
  terms: readonly string[],
  row: { readonly number: string; readonly text: string; readonly index: string },
): Condition {
  const indexed = terms.filter(isIndexed);
  const conditions = terms.filter((term) => !isIndexed(term)).map((term) => isLike(row.text, term));
  if (indexed.length > 0)
    conditions.unshift({
      sql: `${row.number} IN (SELECT rowid FROM ${row.index} WHERE ${row.index} MATCH ?)`,
      values: [indexed.map(quoted).join(' AND ')],
    });
  return { sql: conditions.map(({ sql }) => sql).join(' AND '), values: conditions.flatMap(({ values }) => values) };
}

function isLike(column: string, term: string): Condition {
  const spellings = spellingsOf(term);
  return {
    sql: `(${spellings.map(() => `${column} LIKE ? ESCAPE '\\'`).join(' OR ')})`,
    values: spellings.map((spelling) => `%${spelling.replace(/[\\%_]/gu, String.raw`\$&`)}%`),
  };
}

/** SQLite itself knows upper and lower case of the letters a to z only. */
function spellingsOf(term: string): string[] {
  if (/^[\0-\x7F]*$/u.test(term)) return [term];
  const [first = '', ...rest] = Array.from(term.toLowerCase());
  return [...new Set([term, term.toLowerCase(), term.toUpperCase(), first.toUpperCase() + rest.join('')])];
}
