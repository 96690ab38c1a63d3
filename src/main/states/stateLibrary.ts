/** The library of saved states: named copies of snapshots, each with what is needed to go on from it. */
import { randomUUID } from 'node:crypto';
import type { DatabaseSync } from 'node:sqlite';
import type { SnapshotFacts } from '../../engine/api/schemas.ts';
import { CodedError } from '../../engine/api/errors.ts';
import type { Conversation } from '../api/conversations.ts';
import type { SavedState, StateLibrary as StateList } from '../api/states.ts';
import type { ConversationAccess } from '../conversationAccess.ts';
import type { EngineAccess } from '../engineAccess.ts';
import { notFound } from '../errors.ts';
import type { SnapshotDisposal } from '../snapshotDisposal.ts';
import { transaction } from '../store/database.ts';
import type { Origin } from './origins.ts';
import type { SnapshotFolder } from './snapshotFolder.ts';
import { noName, notReplayable, otherModelsState } from './stateErrors.ts';
import type { StateRow, StateStore } from './stateStore.ts';

export interface StateLibraryParts {
  readonly db: DatabaseSync;
  readonly engine: EngineAccess;
  readonly store: StateStore;
  readonly folder: SnapshotFolder;
  readonly disposal: SnapshotDisposal;
  readonly conversations: Pick<ConversationAccess, 'createFrom'>;
  /** Whether the conversation or document that a state came from is still there. */
  exists(source: SavedState['source']): boolean;
  /** Seconds that reading so many tokens takes with the model that is loaded; null when unknown. */
  secondsFor(tokens: number | null): number | null;
  quotaBytes(): number;
  changed(): void;
  now(): Date;
}

export const newSnapshotId = (): string => `state-${randomUUID()}`;

export class StateLibrary {
  readonly #parts: StateLibraryParts;

  constructor(parts: StateLibraryParts) {
    this.#parts = parts;
  }

  async list(): Promise<StateList> {
    const { store, folder, quotaBytes } = this.#parts;
    const states = await Promise.all(store.list().map((row) => this.#view(row)));
    const [usedBytes, freeDiskBytes] = await Promise.all([folder.usedBytes(), folder.freeDiskBytes()]);
    return { states, usedBytes, freeDiskBytes, quotaBytes: quotaBytes() };
  }

  /** @throws AppError `not-found` */
  row(id: string): StateRow {
    const row = this.#parts.store.get(id);
    if (!row) throw notFound('saved state');
    return row;
  }

  /** Copies the snapshot of `origin`, which may change or go afterwards. @throws what the engine throws */
  async save(name: string, tags: readonly string[], origin: Origin): Promise<SavedState> {
    const { engine, disposal } = this.#parts;
    const checked = checkedName(name);
    const snapshotId = newSnapshotId();
    return await disposal.making(snapshotId, async () => {
      const facts = await engine.api.copySnapshot({ from: origin.snapshotId, to: snapshotId });
      return await this.add({ name: checked, tags: cleanTags(tags), ...origin, snapshotId }, facts);
    });
  }

  /** Takes a snapshot that is in its place into the library. */
  async add(
    described: Pick<StateRow, 'name' | 'tags' | 'source' | 'transcript' | 'replayable' | 'snapshotId'>,
    facts: SnapshotFacts,
    createdAt = this.#parts.now().toISOString(),
  ): Promise<SavedState> {
    const { store, folder, changed } = this.#parts;
    const { modelName, modelFingerprint, tokenCount: position } = facts;
    const byteLength = (await folder.bytesOf(described.snapshotId)) ?? facts.byteLength;
    const model = { modelName, modelFingerprint, position, byteLength };
    const row: StateRow = { ...described, ...model, id: randomUUID(), createdAt, damaged: false };
    store.insert(row);
    changed();
    return await this.#view(row);
  }

  /** @throws AppError `not-found`; EngineError `invalid-argument` for an empty name */
  async change(
    id: string,
    patch: { name?: string | undefined; tags?: readonly string[] | undefined },
  ): Promise<SavedState> {
    const { name, tags } = this.row(id);
    this.#parts.store.describe(id, checkedName(patch.name ?? name), cleanTags(patch.tags ?? tags));
    this.#parts.changed();
    return await this.#view(this.row(id));
  }

  async duplicate(id: string): Promise<SavedState> {
    const { name, tags, snapshotId, source, transcript, replayable } = this.row(id);
    return await this.save(this.#nextName(name), tags, { snapshotId, source, transcript, replayable });
  }

  /** For good; what is not there is no error. */
  async delete(ids: readonly string[]): Promise<void> {
    const { db, store, disposal, changed } = this.#parts;
    for (const id of ids) {
      const row = store.get(id);
      if (!row) continue;
      transaction(db, () => {
        store.delete(id);
        disposal.note([row.snapshotId]);
      });
    }
    changed();
    // Without the engine they go when it is there again.
    await disposal.dispose().catch(() => undefined);
  }

  /**
   * A conversation that goes on from a copy of the state.
   * @throws EngineError `snapshot-mismatch` when another model is loaded; `snapshot-unreadable`, `snapshot-missing`
   */
  async open(id: string): Promise<Conversation> {
    const { engine, disposal, conversations } = this.#parts;
    const row = this.row(id);
    if (engine.model && engine.model.fingerprint !== row.modelFingerprint) throw otherModelsState(row.modelName);
    await this.check(row);
    const { name: title, transcript: messages, modelName, modelFingerprint, replayable } = row;
    const snapshotId = newSnapshotId();
    return await disposal.making(snapshotId, async () => {
      await engine.api.copySnapshot({ from: row.snapshotId, to: snapshotId });
      return conversations.createFrom({ title, messages, snapshotId, replayable, modelName, modelFingerprint });
    });
  }

  /** A conversation whose first turn reads the transcript. @throws EngineError `invalid-argument` for a document's state */
  replay(id: string): Conversation {
    const row = this.row(id);
    if (!row.replayable) throw notReplayable();
    const { name: title, transcript: messages, modelName, modelFingerprint } = row;
    const model = { modelName, modelFingerprint };
    return this.#parts.conversations.createFrom({ title, messages, snapshotId: null, replayable: true, ...model });
  }

  /** Checks the whole snapshot, and remembers when it is damaged. @throws `snapshot-unreadable`, `snapshot-missing` */
  async check({ id, snapshotId }: StateRow): Promise<void> {
    const { engine, store, changed } = this.#parts;
    try {
      await engine.api.checkSnapshot({ id: snapshotId });
    } catch (error) {
      const damaged =
        error instanceof CodedError && ['snapshot-unreadable', 'snapshot-missing'].includes(String(error.code));
      if (damaged) {
        store.setDamaged(id, true);
        changed();
      }
      throw error;
    }
    store.setDamaged(id, false);
  }

  async #view(row: StateRow): Promise<SavedState> {
    const { id, name, tags, modelName, position, byteLength, createdAt } = row;
    const transcriptTokens = row.replayable ? position : null;
    return {
      ...{ id, name, tags, modelName, position, byteLength, createdAt, transcriptTokens },
      source: this.#parts.exists(row.source) ? row.source : { kind: 'none', title: row.source.title },
      usable: await this.#usable(row),
      replaySeconds: this.#parts.secondsFor(transcriptTokens),
    };
  }

  /** From what is known without reading the snapshot. */
  async #usable(row: StateRow): Promise<SavedState['usable']> {
    const { engine, folder } = this.#parts;
    if (row.damaged || (await folder.bytesOf(row.snapshotId)) !== row.byteLength) return 'damaged';
    if (!engine.model) return 'no-model';
    return engine.model.fingerprint === row.modelFingerprint ? 'yes' : 'other-model';
  }

  /** `Name (2)`, or the next number that is free. */
  #nextName(name: string): string {
    const taken = new Set(this.#parts.store.list().map((row) => row.name));
    const stem = name.replace(/ \(\d+\)$/u, '');
    for (let number = 2; ; number++) if (!taken.has(`${stem} (${number})`)) return `${stem} (${number})`;
  }
}

const LONGEST_NAME = 200;
const LONGEST_TAG = 100;

function checkedName(name: string): string {
  const trimmed = name.trim().slice(0, LONGEST_NAME);
  if (trimmed === '') throw noName();
  return trimmed;
}

const cleanTags = (tags: readonly string[]): string[] => [
  ...new Set(tags.map((tag) => tag.trim().slice(0, LONGEST_TAG)).filter((tag) => tag !== '')),
];
