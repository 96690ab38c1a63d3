/** The services of documents over a real database and real files, with a fake engine and fake conversations. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { DocumentFiles } from '../../src/main/documents/documentFiles.ts';
import { documentMethods, type DocumentMethods } from '../../src/main/documents/documentMethods.ts';
import { Documents } from '../../src/main/documents/documents.ts';
import { DocumentStore } from '../../src/main/documents/documentStore.ts';
import { PlacesFiles } from '../../src/main/documents/placesFiles.ts';
import { Readings } from '../../src/main/documents/readings.ts';
import { ReadingSpeeds } from '../../src/main/documents/readingSpeeds.ts';
import { SqlReadings } from '../../src/main/documents/sqlReadings.ts';
import { DOCUMENT_TABLES } from '../../src/main/documents/tables.ts';
import { SnapshotDisposal } from '../../src/main/snapshotDisposal.ts';
import { FakeConversations } from './fakeConversations.ts';
import type { FakeEngine } from './fakeEngineAccess.ts';

export interface DocumentsBench {
  readonly db: DatabaseSync;
  readonly engine: FakeEngine;
  readonly conversations: FakeConversations;
  readonly documents: Documents;
  readonly readings: Readings;
  readonly disposal: SnapshotDisposal;
  readonly methods: DocumentMethods;
  readonly documentsFolder: string;
  /** Days that have gone by. */
  readonly clock: { days: number };
  /** The services of the next start of the program, over the same data. */
  restart(): DocumentsBench;
}

const SAMPLING = {
  ...{ temperature: 0, topP: 1, topK: 0, presencePenalty: 0, frequencyPenalty: 0, penaltyDecay: 1, seed: 1 },
};

/** @param data the data folder, which is made */
export function documentsOver(data: string, engine: FakeEngine): DocumentsBench {
  mkdirSync(data, { recursive: true });
  const db = new DatabaseSync(join(data, 'anser.db'));
  db.exec(`PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; ${DOCUMENT_TABLES}`);
  return services(data, db, engine, new FakeConversations(), { days: 0 });
}

function services(
  data: string,
  db: DatabaseSync,
  engine: FakeEngine,
  conversations: FakeConversations,
  clock: { days: number },
): DocumentsBench {
  const documentsFolder = join(data, 'documents');
  const [store, readingStore, speeds] = [new DocumentStore(db), new SqlReadings(db), new ReadingSpeeds(db)];
  const files = new DocumentFiles(documentsFolder);
  const places = new PlacesFiles(files);
  const disposal = new SnapshotDisposal(db, engine, (id) => readingStore.usesSnapshot(id));
  let ticks = 0;
  const common = {
    ...{ engine, store, files, speeds, conversations },
    changed: (): void => {},
    places: (id: string) => places.of(id),
    settings: () => ({ sampling: SAMPLING, snapshotEverySeconds: 5, maxTokens: 256 }),
    now: () => new Date(Date.UTC(2026, 0, 1 + clock.days) + ticks++),
  };
  const readings = new Readings({
    ...{ ...common, store: readingStore, graceMs: 20 },
    folder: (id) => files.folder(documents.rowInUse(id).id),
    settings: () => ({ sampling: SAMPLING, snapshotEverySeconds: 5 }),
    dropSnapshots: async (ids) => {
      disposal.note(ids);
      await disposal.dispose().catch(() => undefined);
    },
    measured: (model, speed) => speeds.remember(model, speed),
    report: (error) => {
      throw error;
    },
  });
  const transaction = <T>(work: () => T): T => {
    db.exec('BEGIN');
    try {
      const result = work();
      db.exec('COMMIT');
      return result;
    } catch (error) {
      db.exec('ROLLBACK');
      throw error;
    }
  };
  const documents: Documents = new Documents({
    ...{ ...common, readings, transaction },
    snapshotPath: (id) => join(data, 'snapshots', `${id}.snapshot`),
  });
  const methods = documentMethods({ ...common, documents, readings, turns: conversations, keepEveryMs: 0 });
  const restart = (): DocumentsBench => services(data, db, engine, conversations, clock);
  return { db, engine, conversations, documents, readings, disposal, methods, documentsFolder, clock, restart };
}
