/** Readings of documents: one is read at a time, the others wait for their turn; windows come and go. */
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import type { EngineApi } from '../../engine/api/contract.ts';
import { assert } from '../../engine/api/errors.ts';
import { faultOf } from '../../engine/api/rpc/remoteError.ts';
import type { LoadedModel } from '../../engine/api/schemas.ts';
import type { Reading, ReadingEvent } from '../api/documents.ts';
import { requireModel, type EngineAccess } from '../engineAccess.ts';
import { storeError } from '../store/database.ts';
import { LiveReading } from './liveReading.ts';
import type { Places } from './places.ts';
import { neverRead, otherFocus, otherModel } from './readingErrors.ts';
import { runReading, type Ending, type ReadingRun } from './readingRun.ts';
import type { ReadingRow, ReadingStore } from './readingStore.ts';
import { readingView } from './readingView.ts';

type EngineSampling = Parameters<EngineApi['readDocument']>[0]['sampling'];

export interface ReadingsParts {
  readonly engine: EngineAccess;
  readonly store: ReadingStore;
  /** Where a document's text lies. @throws EngineError `invalid-argument` when it cannot be read */
  folder(documentId: string): string;
  places(documentId: string): Places;
  /** As the user has set them, at this moment. */
  settings(): { readonly sampling: EngineSampling; readonly snapshotEverySeconds: number };
  /** Deletes snapshots, or remembers to when the engine cannot be reached. Never rejects. */
  dropSnapshots(ids: readonly string[]): Promise<void>;
  /** Remembers how fast a model reads. */
  measured(model: LoadedModel, tokensPerSecond: number): void;
  /** Something about a document changed that a window may be showing. */
  changed(documentId: string): void;
  /** For what went wrong and is not for users. */
  report(error: unknown): void;
  now(): Date;
  /** Milliseconds that a paused engine has for its last words. */
  readonly graceMs: number;
}

export interface ReadingRequest {
  readonly focus: string;
  readonly summarise: boolean;
  /** Begins anew instead of going on. */
  readonly fresh?: boolean | undefined;
}

export class Readings {
  readonly #parts: ReadingsParts;
  /** Waiting or running, by document, in the order of starting. */
  readonly #live = new Map<string, LiveReading>();
  readonly #freshIds = new Set<string>();
  #running: Promise<void> | undefined;
  /** The one that the engine has, until its last word. */
  #current: LiveReading | undefined;

  /** What an earlier end of the program left under way is paused. */
  constructor(parts: ReadingsParts) {
    this.#parts = parts;
    parts.store.pauseInterrupted();
  }

  /** The reading of a document that counts: the latest. */
  of(documentId: string): Reading | undefined {
    const live = this.#live.get(documentId);
    if (live) return live.view;
    const row = this.#parts.store.list(documentId)[0];
    return row && this.#view(row);
  }

  /** A document is being read. */
  get active(): boolean {
    return this.#current !== undefined;
  }

  /** For lists; undefined when the document was never read. */
  statusOf(documentId: string): (Pick<Reading, 'status'> & { readonly fraction: number }) | undefined {
    const live = this.#live.get(documentId)?.view;
    const row = live ?? this.#parts.store.list(documentId)[0];
    if (!row) return undefined;
    const status = !live && isUnderWay(row) ? 'paused' : row.status;
    return { status, fraction: status === 'finished' ? 1 : (row.progress?.fraction ?? 0) };
  }

  /** The snapshot of the reading that counts, and the model it fits; undefined when nothing was saved yet. */
  snapshotOf(
    documentId: string,
  ): (Pick<ReadingRow, 'modelName' | 'modelFingerprint' | 'focus'> & { readonly snapshotId: string }) | undefined {
    const row = this.#parts.store.list(documentId)[0];
    if (!row?.progress || row.snapshotId === null) return undefined;
    const { modelName, modelFingerprint, focus, snapshotId } = row;
    return { modelName, modelFingerprint, focus, snapshotId };
  }

  /**
   * Begins a reading, or goes on with the one of the same focus. The readings of other focuses stay until this one is
   * finished. A finished one comes back as it is, unless it still lacks summaries.
   * @throws EngineError `model-unloaded`; `snapshot-mismatch` when another model began it; `invalid-argument`
   */
  start(documentId: string, request: ReadingRequest): Reading {
    const model = requireModel(this.#parts.engine);
    this.#parts.folder(documentId);
    const live = this.#live.get(documentId)?.view;
    if (live) {
      if (live.focus !== request.focus) throw otherFocus();
      return live;
    }
    const row = this.#rowToStart(documentId, request, model);
    if (row.status === 'finished') return this.#view(row);
    return this.#enqueue(row);
  }

  /** The reading is paused within the grace time, whatever the engine does. */
  async pause(documentId: string): Promise<void> {
    const live = this.#live.get(documentId);
    if (!live) return;
    live.stop();
    if (live !== this.#current) this.#settle(live, { status: 'paused', error: null });
    await live.settled;
  }

  /** Pauses, and throws away the reading with its summaries and its state; an earlier reading counts again. */
  async cancel(documentId: string): Promise<void> {
    const id = this.#live.get(documentId)?.id ?? this.#parts.store.list(documentId)[0]?.id;
    if (id !== undefined) await this.#discard(documentId, [id]);
  }

  /** Throws away all readings of a document. */
  async removeAll(documentId: string): Promise<void> {
    await this.#discard(
      documentId,
      this.#parts.store.list(documentId).map(({ id }) => id),
    );
  }

  async #discard(documentId: string, ids: readonly string[]): Promise<void> {
    // It may still be running after it was paused.
    if (this.#current && ids.includes(this.#current.id)) this.#current.discarded = true;
    await this.pause(documentId);
    for (const id of ids) this.#remove(id);
    this.#parts.changed(documentId);
  }

  /** First the reading as it is, then what happens to it, until it ends, pauses or fails. */
  async *follow(documentId: string, signal?: AbortSignal): AsyncGenerator<ReadingEvent, void, undefined> {
    const live = this.#live.get(documentId);
    if (live) return yield* live.follow(signal);
    const reading = this.of(documentId);
    if (!reading) throw neverRead();
    yield { type: 'state', reading };
  }

  /** Pauses everything, for the end of the program. */
  async close(): Promise<void> {
    await Promise.all([...this.#live.keys()].map((documentId) => this.pause(documentId)));
  }

  #view(row: ReadingRow): Reading {
    const { engine, store } = this.#parts;
    const places = this.#parts.places(row.documentId);
    const reading = readingView(row, store.sections(row.id), places, engine.model);
    // The end of it could not be stored: the disk is full.
    const left = isUnderWay(reading) && !this.#live.has(row.documentId);
    return left ? { ...reading, status: 'paused' } : reading;
  }

  /** The reading to go on with, or a new one. */
  #rowToStart(documentId: string, request: ReadingRequest, model: LoadedModel): ReadingRow {
    const rows = this.#parts.store.list(documentId);
    const same = rows.filter(({ focus }) => focus === request.focus);
    const own = same.find(({ modelFingerprint }) => modelFingerprint === model.fingerprint);
    if (own && !request.fresh) return this.#revived(own, request.summarise, own.id !== rows[0]?.id);
    // The new one will take its snapshot's place.
    if (own) this.#remove(own.id);
    const begun = same.find(({ status }) => status !== 'finished');
    if (begun && !request.fresh) throw otherModel(begun.modelName);
    return this.#inserted(documentId, request, model);
  }

  /** @param overtaken another reading counts at the moment */
  #revived(row: ReadingRow, summarise: boolean, overtaken: boolean): ReadingRow {
    const unchanged = row.status === 'finished' && (row.summarise || !summarise);
    const status = unchanged ? 'finished' : 'waiting';
    const startedAt = overtaken ? this.#parts.now().toISOString() : row.startedAt;
    const patch = { status, startedAt, summarise: row.summarise || summarise, error: null, finishedAt: null } as const;
    const kept = unchanged ? { startedAt } : patch;
    this.#parts.store.update(row.id, kept);
    return { ...row, ...kept };
  }

  #inserted(documentId: string, { focus, summarise, fresh }: ReadingRequest, model: LoadedModel): ReadingRow {
    const row: ReadingRow = {
      id: randomUUID(),
      ...{ documentId, focus, summarise, modelName: model.name, modelFingerprint: model.fingerprint },
      ...{ status: 'waiting', snapshotId: null, progress: null, overall: '', stateBytes: model.stateBytes },
      ...{ startedAt: this.#parts.now().toISOString(), finishedAt: null, error: null },
    };
    this.#parts.store.insert(row);
    if (fresh) this.#freshIds.add(row.id);
    return row;
  }

  #enqueue(row: ReadingRow): Reading {
    const { store, engine, changed } = this.#parts;
    const live = new LiveReading(row.id, row.documentId, {
      store,
      places: this.#parts.places(row.documentId),
      view: (id) => {
        const current = store.get(id);
        return current && this.#view(current);
      },
      measured: (speed) => {
        if (engine.model?.fingerprint === row.modelFingerprint) this.#parts.measured(engine.model, speed);
      },
    });
    this.#live.set(row.documentId, live);
    this.#advance();
    changed(row.documentId);
    return this.of(row.documentId) ?? this.#view(row);
  }

  #advance(): void {
    if (this.#running) return;
    const next = [...this.#live.values()].find(({ signal }) => !signal.aborted);
    if (!next) return;
    this.#running = this.#run(next).finally(() => {
      this.#running = undefined;
      this.#advance();
    });
  }

  async #run(live: LiveReading): Promise<void> {
    this.#current = live;
    this.#attempt(() => live.change({ status: 'reading' }));
    this.#parts.changed(live.documentId);
    const ended = runReading(this.#runOf(live), live.signal);
    this.#settle(live, await Promise.race([ended, this.#impatience(live.signal)]));
    // The engine's last words; nothing else is read before.
    await ended;
    this.#current = undefined;
    if (live.discarded) await this.#dropSnapshot(live.snapshotId);
  }

  #runOf(live: LiveReading): ReadingRun {
    const { engine, store, folder, settings } = this.#parts;
    const row = store.get(live.id);
    assert(row, 'a reading that starts is stored');
    const { focus, modelFingerprint, modelName, summarise } = row;
    const request: ReadingRun['request'] = () => ({
      ...{ folder: folder(live.documentId), focus, summarise, ...settings() },
      known: store
        .sections(live.id)
        .flatMap(({ section, summary }) => (summary === null ? [] : [{ section, summary }])),
      fresh: this.#freshIds.delete(live.id),
    });
    return { engine, modelFingerprint, modelName, request, take: (event) => live.take(event) };
  }

  /** Ends the waiting for an engine that does not answer to a pause. */
  async #impatience(signal: AbortSignal): Promise<Ending> {
    await once(signal, 'abort');
    await delay(this.#parts.graceMs);
    return { status: 'paused', error: null };
  }

  #settle(live: LiveReading, ending: Ending): void {
    const finishedAt = ending.status === 'finished' ? this.#parts.now().toISOString() : null;
    this.#live.delete(live.documentId);
    try {
      live.change({ ...ending, finishedAt });
    } catch (error) {
      // Where even this cannot be stored the reading counts as paused, and those who look on are told why.
      this.#parts.report(error);
      live.tell({ status: 'paused', error: ending.error ?? faultOf(storeError(error)) });
    }
    if (ending.status === 'finished') this.#attempt(() => this.#removeOthers(live));
    live.settle();
    this.#parts.changed(live.documentId);
  }

  #removeOthers(live: LiveReading): void {
    for (const { id } of this.#parts.store.list(live.documentId)) if (id !== live.id) this.#remove(id);
  }

  #remove(id: string): void {
    const row = this.#parts.store.get(id);
    this.#parts.store.delete(id);
    void this.#dropSnapshot(row?.snapshotId ?? null);
  }

  /** Unless another reading rests on it, too. */
  async #dropSnapshot(id: string | null): Promise<void> {
    if (id !== null && !this.#parts.store.usesSnapshot(id)) await this.#parts.dropSnapshots([id]);
  }

  /** A full disk must not keep a reading from ending. */
  #attempt(store: () => void): void {
    try {
      store();
    } catch (error) {
      this.#parts.report(error);
    }
  }
}

const isUnderWay = ({ status }: Pick<Reading, 'status'>): boolean => status === 'reading' || status === 'waiting';
