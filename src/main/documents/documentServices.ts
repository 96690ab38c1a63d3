/** Puts together all that serves the user's documents, over one database, one data folder and one engine. */
import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import type { ConversationAccess, TurnWriter } from '../conversationAccess.ts';
import type { EngineAccess } from '../engineAccess.ts';
import { DocumentTexts } from '../search/documentTexts.ts';
import type { SnapshotDisposal } from '../snapshotDisposal.ts';
import type { AskParts } from './ask.ts';
import { DocumentFiles } from './documentFiles.ts';
import { documentMethods, type DocumentMethods } from './documentMethods.ts';
import { Documents, type DocumentsParts } from './documents.ts';
import { DocumentStore } from './documentStore.ts';
import { PlacesFiles } from './placesFiles.ts';
import { Readings, type ReadingsParts } from './readings.ts';
import { ReadingSpeeds } from './readingSpeeds.ts';
import { SqlReadings } from './sqlReadings.ts';

export interface DocumentServicesParts
  extends
    Pick<DocumentsParts, 'snapshotPath' | 'changed' | 'now'>,
    Pick<ReadingsParts, 'report'>,
    Partial<Pick<ReadingsParts, 'graceMs'> & Pick<AskParts, 'keepEveryMs'>> {
  readonly db: DatabaseSync;
  readonly dataFolder: string;
  /** File of the index over the documents' texts. */
  readonly textIndex: string;
  readonly engine: EngineAccess;
  readonly disposal: SnapshotDisposal;
  readonly conversations: Pick<ConversationAccess, 'get' | 'createForDocument' | 'delete' | 'restore' | 'purge'>;
  readonly turns: TurnWriter;
  settings(): ReturnType<ReadingsParts['settings']> & ReturnType<AskParts['settings']>;
}

export interface DocumentServices {
  readonly methods: DocumentMethods;
  readonly documents: Documents;
  readonly readings: Readings;
  readonly speeds: ReadingSpeeds;
  readonly texts: DocumentTexts;
}

/** A pause takes less than a second, whatever the engine does. */
const GRACE_MS = 800;
/** What a crash may cost of an answer. */
const KEEP_EVERY_MS = 1000;

/** Call `documents.tidy()` after it, and `readings.close()` and `texts.close()` at the end of the program. */
export function documentServices(parts: DocumentServicesParts): DocumentServices {
  const { db, engine, disposal, report, settings } = parts;
  const { graceMs = GRACE_MS, keepEveryMs = KEEP_EVERY_MS } = parts;
  const [store, speeds] = [new DocumentStore(db), new ReadingSpeeds(db)];
  const files = new DocumentFiles(join(parts.dataFolder, 'documents'));
  const placesFiles = new PlacesFiles(files);
  const places: ReadingsParts['places'] = (id) => placesFiles.of(id);
  const texts = new DocumentTexts({ path: parts.textIndex, files, places });
  const readings = new Readings({
    ...{ ...parts, places, graceMs, store: new SqlReadings(db) },
    folder: (id) => files.folder(documents.rowInUse(id).id),
    settings: () => {
      const { sampling, snapshotEverySeconds } = settings();
      return { sampling, snapshotEverySeconds };
    },
    measured: (model, speed) => speeds.remember(model, speed),
    dropSnapshots: async (ids) => {
      disposal.note(ids);
      // What stays noted goes at the next chance.
      await disposal.dispose().catch(report);
    },
  });
  const documents: Documents = new Documents({ ...parts, store, files, readings, speeds, texts });
  const askSettings: AskParts['settings'] = () => {
    const { sampling, maxTokens } = settings();
    return { sampling, maxTokens };
  };
  const { conversations, turns } = parts;
  const asking = { engine, turns, keepEveryMs, settings: askSettings };
  const methods = documentMethods({ ...asking, documents, readings, store, files, conversations, places });
  return { methods, documents, readings, speeds, texts };
}
