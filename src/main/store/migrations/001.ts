/** The first tables: conversations, documents, saved states. Never changed once released; later versions add migrations. */
export const migration001 = `
CREATE TABLE folders (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  created_at TEXT NOT NULL
) STRICT;

CREATE TABLE conversations (
  id TEXT PRIMARY KEY,
  title TEXT NOT NULL,
  auto_title INTEGER NOT NULL,
  folder_id TEXT REFERENCES folders (id) ON DELETE SET NULL,
  pinned INTEGER NOT NULL,
  system_prompt TEXT NOT NULL,
  think TEXT NOT NULL,
  sampling TEXT NOT NULL,
  draft TEXT NOT NULL,
  head_id TEXT,
  document_id TEXT,
  replayable INTEGER NOT NULL,
  created_at TEXT NOT NULL,
  updated_at TEXT NOT NULL,
  deleted_at TEXT
) STRICT;
CREATE INDEX conversations_by_time ON conversations (updated_at);

-- Trees: messages with the same parent are versions of each other.
CREATE TABLE messages (
  number INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  conversation_id TEXT NOT NULL REFERENCES conversations (id) ON DELETE CASCADE,
  parent_id TEXT,
  role TEXT NOT NULL,
  text TEXT NOT NULL,
  thought TEXT NOT NULL,
  thought_ms REAL,
  status TEXT NOT NULL,
  think TEXT NOT NULL,
  details TEXT,
  end_reason TEXT,
  model_name TEXT,
  model_fingerprint TEXT,
  snapshot_id TEXT,
  basis TEXT,
  error TEXT,
  created_at TEXT NOT NULL
) STRICT;
CREATE INDEX messages_of_conversation ON messages (conversation_id, number);
CREATE INDEX messages_of_snapshot ON messages (snapshot_id);
CREATE INDEX messages_under_way ON messages (status) WHERE status = 'writing';

-- Trigrams: words are found in every script, those without spaces too.
CREATE VIRTUAL TABLE message_search USING fts5 (text, content = 'messages', content_rowid = 'number', tokenize = 'trigram');
CREATE TRIGGER message_search_insert AFTER INSERT ON messages BEGIN
  INSERT INTO message_search (rowid, text) VALUES (new.number, new.text);
END;
CREATE TRIGGER message_search_delete AFTER DELETE ON messages BEGIN
  INSERT INTO message_search (message_search, rowid, text) VALUES ('delete', old.number, old.text);
END;
CREATE TRIGGER message_search_update AFTER UPDATE OF text ON messages BEGIN
  INSERT INTO message_search (message_search, rowid, text) VALUES ('delete', old.number, old.text);
  INSERT INTO message_search (rowid, text) VALUES (new.number, new.text);
END;

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

-- Snapshots that nothing needs any more, until the engine has deleted them. Whatever takes a state from a message notes it.
CREATE TABLE doomed_snapshots (id TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;
CREATE TRIGGER message_state_replaced AFTER UPDATE OF snapshot_id ON messages
WHEN old.snapshot_id IS NOT NULL AND old.snapshot_id IS NOT new.snapshot_id BEGIN
  INSERT OR IGNORE INTO doomed_snapshots (id) VALUES (old.snapshot_id);
END;
CREATE TRIGGER message_state_deleted AFTER DELETE ON messages WHEN old.snapshot_id IS NOT NULL BEGIN
  INSERT OR IGNORE INTO doomed_snapshots (id) VALUES (old.snapshot_id);
END;
`;
