/** The services of documents over a real database and real files, with a fake engine. */
import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { documentServices, type DocumentServices } from '../../src/main/documents/documentServices.ts';
import { Conversations } from '../../src/main/conversations/conversations.ts';
import { ConversationStore } from '../../src/main/conversations/conversationStore.ts';
import { documentTurns } from '../../src/main/conversations/documentTurns.ts';
import { isSnapshotUsed } from '../../src/main/conversations/snapshotUse.ts';
import { SnapshotDisposal } from '../../src/main/snapshotDisposal.ts';
import { openDatabase } from '../../src/main/store/database.ts';
import type { FakeEngine } from './fakeEngineAccess.ts';

export interface DocumentsBench extends DocumentServices {
  readonly db: DatabaseSync;
  readonly engine: FakeEngine;
  readonly conversations: Conversations;
  readonly disposal: SnapshotDisposal;
  readonly documentsFolder: string;
  /** Days that have gone by. */
  readonly clock: { days: number };
  /** What was reported that is not for users. */
  readonly reports: unknown[];
  /** The services of the next start of the program, over the same data. */
  restart(): DocumentsBench;
}

const SAMPLING = {
  ...{ temperature: 0, topP: 1, topK: 0, presencePenalty: 0, frequencyPenalty: 0, penaltyDecay: 1, seed: 1 },
};

type Kept = Pick<DocumentsBench, 'db' | 'engine' | 'clock'> & { readonly dataFolder: string };

/** @param dataFolder it is made */
export function documentsOver(dataFolder: string, engine: FakeEngine): DocumentsBench {
  const db = openDatabase(join(dataFolder, 'anser.db'));
  // Nobody cuts the power of a test.
  db.exec('PRAGMA synchronous = OFF');
  return start({ dataFolder, db, engine, clock: { days: 0 } });
}

function start(kept: Kept): DocumentsBench {
  const { dataFolder, db, engine, clock } = kept;
  const disposal = new SnapshotDisposal(db, engine, (id) => isSnapshotUsed(db, id));
  const reports: unknown[] = [];
  const conversationStore = new ConversationStore(db);
  const conversations = new Conversations({
    store: conversationStore,
    settings: () => ({ systemPrompt: '', think: 'off', sampling: { preset: 'chat', custom: null } }),
    freed: () => {},
    tell: () => {},
  });
  let ticks = 0;
  const services = documentServices({
    ...{
      db,
      dataFolder,
      textIndex: ':memory:',
      engine,
      disposal,
      conversations,
      turns: documentTurns(conversationStore),
      graceMs: 20,
      keepEveryMs: 0,
    },
    settings: () => ({ sampling: SAMPLING, snapshotEverySeconds: 5, maxTokens: 256 }),
    snapshotPath: (id) => join(dataFolder, 'snapshots', `${id}.snapshot`),
    changed: () => {},
    report: (error) => reports.push(error),
    now: () => new Date(Date.UTC(2026, 0, 1 + clock.days) + ticks++),
  });
  const restart = (): DocumentsBench => start(kept);
  const documentsFolder = join(dataFolder, 'documents');
  return { ...services, db, engine, conversations, disposal, documentsFolder, clock, reports, restart };
}
