/** The search over all that has a name or a summary: one text each, kept true by triggers. */
export const migration002 = `
-- A copy: the texts are short, and their tables have no numbers that an index could refer to.
CREATE TABLE search_entries (
  number INTEGER PRIMARY KEY,
  kind TEXT NOT NULL,
  owner_id TEXT NOT NULL,
  position INTEGER NOT NULL,
  text TEXT NOT NULL,
  UNIQUE (kind, owner_id, position)
) STRICT;

CREATE VIRTUAL TABLE entry_search
  USING fts5 (text, content = 'search_entries', content_rowid = 'number', tokenize = 'trigram');
CREATE TRIGGER entry_search_insert AFTER INSERT ON search_entries BEGIN
  INSERT INTO entry_search (rowid, text) VALUES (new.number, new.text);
END;
CREATE TRIGGER entry_search_delete AFTER DELETE ON search_entries BEGIN
  INSERT INTO entry_search (entry_search, rowid, text) VALUES ('delete', old.number, old.text);
END;
CREATE TRIGGER entry_search_update AFTER UPDATE OF text ON search_entries WHEN old.text <> new.text BEGIN
  INSERT INTO entry_search (entry_search, rowid, text) VALUES ('delete', old.number, old.text);
  INSERT INTO entry_search (rowid, text) VALUES (new.number, new.text);
END;
${[
  entries('title', 'conversations', 'title', (row) => `${row}.title`),
  entries('folder', 'folders', 'name', (row) => `${row}.name`),
  entries('document', 'documents', 'facts', documentText),
  entries('overall', 'readings', 'overall', (row) => `${row}.overall`),
  entries('section', 'reading_sections', 'summary', (row) => `coalesce(${row}.summary, '')`, {
    owner: 'reading_id',
    position: 'position',
  }),
  entries('state', 'saved_states', 'name, tags', stateText),
].join('\n')}
`;

/** Its title, and the name of its file where that is not the title. */
function documentText(row: string): string {
  const [title, name] = [`json_extract(${row}.facts, '$.title')`, `json_extract(${row}.facts, '$.name')`];
  return `coalesce(${title}, '') || CASE WHEN ${name} <> ${title} THEN ' · ' || ${name} ELSE '' END`;
}

function stateText(row: string): string {
  return `${row}.name || coalesce((SELECT group_concat(' · ' || value, '') FROM json_each(${row}.tags)), '')`;
}

/**
 * The entries of one table: those of the rows that are there, and the triggers for what becomes of them.
 * @param columns what `text` is made of
 */
function entries(
  kind: string,
  table: string,
  columns: string,
  text: (row: string) => string,
  { owner, position } = { owner: 'id', position: '0' },
): string {
  const place = (row: string): string => (position === '0' ? position : `${row}.${position}`);
  const entry = (row: string): string => `'${kind}', ${row}.${owner}, ${place(row)}`;
  const insert = 'INSERT INTO search_entries (kind, owner_id, position, text)';
  const old = `kind = '${kind}' AND owner_id = old.${owner} AND position = ${place('old')}`;
  return `
CREATE TRIGGER ${kind}_entry_insert AFTER INSERT ON ${table} BEGIN
  ${insert} VALUES (${entry('new')}, ${text('new')});
END;
CREATE TRIGGER ${kind}_entry_update AFTER UPDATE OF ${columns} ON ${table} BEGIN
  UPDATE search_entries SET text = ${text('new')} WHERE ${old};
END;
CREATE TRIGGER ${kind}_entry_delete AFTER DELETE ON ${table} BEGIN
  DELETE FROM search_entries WHERE ${old};
END;
${insert} SELECT ${entry(table)}, ${text(table)} FROM ${table} WHERE true;`;
}
