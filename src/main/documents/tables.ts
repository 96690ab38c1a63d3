/** The tables of documents and of saved states, as this folder and `states/` use them. */
export const DOCUMENT_TABLES = `
CREATE TABLE documents (
  id TEXT PRIMARY KEY,
  sha256 TEXT NOT NULL UNIQUE,
  path TEXT NOT NULL,
  facts TEXT NOT NULL,
  conversation_id TEXT NOT NULL,
  created_at TEXT NOT NULL,
  deleted_at TEXT
) STRICT;
CREATE TABLE readings (
  id TEXT PRIMARY KEY,
  document_id TEXT NOT NULL REFERENCES documents (id) ON DELETE CASCADE,
  focus TEXT NOT NULL,
  model_name TEXT NOT NULL,
  model_fingerprint TEXT NOT NULL,
  summarise INTEGER NOT NULL,
  status TEXT NOT NULL,
  snapshot_id TEXT,
  progress TEXT,
  overall TEXT NOT NULL,
  state_bytes INTEGER NOT NULL,
  started_at TEXT NOT NULL,
  finished_at TEXT,
  error TEXT
) STRICT;
CREATE INDEX readings_of_document ON readings (document_id, started_at);
CREATE INDEX readings_of_snapshot ON readings (snapshot_id);
CREATE TABLE reading_sections (
  reading_id TEXT NOT NULL REFERENCES readings (id) ON DELETE CASCADE,
  position INTEGER NOT NULL,
  section TEXT NOT NULL,
  summary TEXT,
  PRIMARY KEY (reading_id, position)
) STRICT, WITHOUT ROWID;
CREATE TABLE reading_speeds (
  model_fingerprint TEXT NOT NULL,
  adapter TEXT NOT NULL,
  tokens_per_second REAL NOT NULL,
  PRIMARY KEY (model_fingerprint, adapter)
) STRICT, WITHOUT ROWID;
CREATE TABLE doomed_snapshots (
  id TEXT PRIMARY KEY
) STRICT, WITHOUT ROWID;
CREATE TABLE saved_states (
  id TEXT PRIMARY KEY,
  snapshot_id TEXT NOT NULL,
  name TEXT NOT NULL,
  tags TEXT NOT NULL,
  source TEXT NOT NULL,
  model_name TEXT NOT NULL,
  model_fingerprint TEXT NOT NULL,
  position INTEGER NOT NULL,
  byte_length INTEGER NOT NULL,
  transcript TEXT NOT NULL,
  replayable INTEGER NOT NULL,
  damaged INTEGER NOT NULL,
  created_at TEXT NOT NULL
) STRICT;
`;
