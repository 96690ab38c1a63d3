/** The user's documents: taken in, listed, thrown into the bin, brought back, and removed for good. */
import { stat } from 'node:fs/promises';
import type { DatabaseSync } from 'node:sqlite';
import type { DocumentFacts } from '../../engine/api/schemas.ts';
import type { Document, DocumentSummary } from '../api/documents.ts';
import type { ConversationAccess } from '../conversationAccess.ts';
import type { EngineAccess } from '../engineAccess.ts';
import { notFound } from '../errors.ts';
import { transaction } from '../store/database.ts';
import type { DocumentTexts } from '../search/documentTexts.ts';
import type { DocumentFiles } from './documentFiles.ts';
import type { DocumentRow, DocumentStore } from './documentStore.ts';
import { inBin } from './readingErrors.ts';
import type { Readings } from './readings.ts';
import type { ReadingSpeeds } from './readingSpeeds.ts';

export interface DocumentsParts {
  readonly engine: EngineAccess;
  readonly store: DocumentStore;
  readonly files: DocumentFiles;
  readonly readings: Readings;
  readonly speeds: ReadingSpeeds;
  /** What is searched. */
  readonly texts: Pick<DocumentTexts, 'complete' | 'add' | 'remove'>;
  readonly conversations: Pick<ConversationAccess, 'createForDocument' | 'delete' | 'restore' | 'purge'>;
  readonly db: DatabaseSync;
  /** Where a snapshot lies. */
  snapshotPath(id: string): string;
  changed(documentId: string): void;
  now(): Date;
}

const BIN_DAYS = 30;
const DAY_MS = 86_400_000;

export class Documents {
  readonly #parts: DocumentsParts;

  constructor(parts: DocumentsParts) {
    this.#parts = parts;
  }

  /**
   * For the start of the program: what is 30 days in the bin goes, and so do files that nothing belongs to; what is not
   * searched yet will be.
   */
  async tidy(): Promise<void> {
    const { store, files, texts, now } = this.#parts;
    const oldest = new Date(now().getTime() - BIN_DAYS * DAY_MS).toISOString();
    const expired = store.list(true).filter(({ deletedAt }) => deletedAt !== null && deletedAt < oldest);
    await this.purge(expired.map(({ id }) => id));
    await files.sweep((id) => store.get(id) !== undefined);
    texts.complete([...store.list(false), ...store.list(true)].map(({ id }) => id));
  }

  list(deleted: boolean): DocumentSummary[] {
    return this.#parts.store.list(deleted).map((row) => this.#summary(row));
  }

  /** @throws AppError `not-found` */
  async get(id: string): Promise<Document> {
    const { engine, readings, speeds } = this.#parts;
    const row = this.row(id);
    const { path, facts, conversationId } = row;
    return {
      ...this.#summary(row),
      ...{ path, facts, conversationId },
      estimatedSeconds: speeds.secondsFor(facts.tokens, engine.model),
      reading: readings.of(id) ?? null,
      diskBytes: await this.#diskBytes(id),
    };
  }

  /** @throws AppError `not-found` */
  row(id: string): DocumentRow {
    const row = this.#parts.store.get(id);
    if (!row) throw notFound('document');
    return row;
  }

  /** @throws AppError `not-found`; EngineError `invalid-argument` when it is in the bin */
  rowInUse(id: string): DocumentRow {
    const row = this.row(id);
    if (row.deletedAt !== null) throw inBin();
    return row;
  }

  /** Stores a document whose files are in their place. */
  add(id: string, path: string, facts: DocumentFacts): void {
    const { store, conversations, texts, db, now, changed } = this.#parts;
    transaction(db, () => {
      const conversationId = conversations.createForDocument(id, facts.title);
      store.insert({ id, path, facts, conversationId, createdAt: now().toISOString(), deletedAt: null });
    });
    texts.add(id);
    changed(id);
  }

  /** Into the bin, with its questions. What is being read is paused. */
  async delete(ids: readonly string[]): Promise<void> {
    const { readings, store, conversations, db, now, changed } = this.#parts;
    for (const { id, conversationId, deletedAt } of ids.map((id) => this.row(id))) {
      if (deletedAt !== null) continue;
      transaction(db, () => {
        store.setDeleted(id, now().toISOString());
        conversations.delete([conversationId]);
      });
      changed(id);
      await readings.pause(id);
    }
  }

  restore(ids: readonly string[]): void {
    const { store, conversations, db, changed } = this.#parts;
    for (const { id, conversationId } of ids.map((id) => this.row(id))) {
      transaction(db, () => {
        store.setDeleted(id, null);
        conversations.restore([conversationId]);
      });
      changed(id);
    }
  }

  /** For good. What a crash leaves of the files belongs to nothing any more, and goes at the next start. */
  async purge(ids: readonly string[]): Promise<void> {
    const { readings, store, conversations, files, texts, db, changed } = this.#parts;
    for (const id of ids) {
      const row = store.get(id);
      if (!row) continue;
      await readings.removeAll(id);
      transaction(db, () => {
        store.delete(id);
        conversations.purge([row.conversationId]);
      });
      changed(id);
      texts.remove(id);
      await files.remove(id);
    }
  }

  #summary({ id, facts, createdAt, deletedAt }: DocumentRow): DocumentSummary {
    const { name, title, format, pages } = facts;
    const reading = this.#parts.readings.statusOf(id) ?? { status: 'new', fraction: 0 };
    return { id, name, title, format, pages, createdAt, deletedAt, ...reading };
  }

  async #diskBytes(id: string): Promise<number> {
    const { readings, files, snapshotPath } = this.#parts;
    const snapshotId = readings.snapshotOf(id)?.snapshotId;
    const snapshot = snapshotId === undefined ? undefined : await stat(snapshotPath(snapshotId)).catch(() => undefined);
    return (await files.bytes(id)) + (snapshot?.size ?? 0);
  }
}
