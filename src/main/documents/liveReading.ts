/** A reading that waits or runs: what it is told by the engine goes into the store and to those who follow it. */
import { assertNever } from '../../engine/api/errors.ts';
import type { Reading, ReadingEvent, ReadingProgress } from '../api/documents.ts';
import { Broadcast } from '../broadcast.ts';
import { sectionSummary, type Places } from './places.ts';
import type { EngineReadEvent } from './readingRun.ts';
import type { ReadingPatch, ReadingStore } from './readingStore.ts';

type Place = Pick<ReadingProgress, 'tokens' | 'bytes' | 'totalBytes' | 'fraction' | 'page' | 'sectionTitle'>;

/** A reading that was paused before it told of any progress. */
const NOT_MEASURED = { tokensPerSecond: 0, secondsLeft: null, memoryBytes: 0 };

/** What a live reading needs of the services around it. */
export interface LiveReadingParts {
  readonly store: ReadingStore;
  readonly places: Places;
  /** The reading as a window sees it, without what is only in memory. */
  view(id: string): Reading | undefined;
  /** Tokens a second of late. */
  measured(tokensPerSecond: number): void;
}

export class LiveReading {
  readonly id: string;
  readonly documentId: string;
  readonly #stop = new AbortController();
  readonly #parts: LiveReadingParts;
  readonly #settled = Promise.withResolvers<undefined>();
  readonly #followers = new Broadcast<ReadingEvent>();
  #progress: ReadingProgress | null;
  /** The summary that is being written, as far as it is. */
  #writing: { readonly of: Extract<EngineReadEvent, { type: 'text' }>['of']; text: string } | undefined;
  /** Of the section that ended last: a section is told of at its end. */
  #lastTitle = '';
  #snapshotId: string | null;
  #totalBytes = 0;
  /** Its row is gone: nothing is stored any more. */
  discarded = false;

  constructor(id: string, documentId: string, parts: LiveReadingParts) {
    this.id = id;
    this.documentId = documentId;
    this.#parts = parts;
    this.#progress = parts.store.get(id)?.progress ?? null;
    this.#snapshotId = parts.store.get(id)?.snapshotId ?? null;
  }

  /** Null until the engine has told it. */
  get snapshotId(): string | null {
    return this.#snapshotId;
  }

  /** Aborted when the reading has to pause. */
  get signal(): AbortSignal {
    return this.#stop.signal;
  }

  stop(): void {
    this.#stop.abort();
  }

  /** With the progress of this moment; undefined when it was deleted. */
  get view(): Reading | undefined {
    const reading = this.#parts.view(this.id);
    return reading && { ...reading, progress: this.#progress };
  }

  /** Stores a change of the status, or of what goes with it, and tells the followers. */
  change(patch: ReadingPatch): void {
    this.#parts.store.update(this.id, patch);
    const reading = this.view;
    if (reading) this.#followers.send({ type: 'state', reading });
  }

  /** Tells the followers what could not be stored. */
  tell(patch: Pick<Reading, 'status' | 'error'>): void {
    const reading = this.view;
    if (reading) this.#followers.send({ type: 'state', reading: { ...reading, ...patch } });
  }

  /** It does not wait and run any more. */
  settle(): void {
    this.#followers.end();
    this.#settled.resolve(undefined);
  }

  /** Resolves when it is settled. */
  get settled(): Promise<undefined> {
    return this.#settled.promise;
  }

  follow(signal?: AbortSignal): AsyncGenerator<ReadingEvent, void, undefined> {
    return this.#followers.follow(() => this.#soFar(), signal);
  }

  /** Takes one event of the engine; those that come after the reading was paused are kept, too. */
  take(event: EngineReadEvent): void {
    if (event.type === 'start') this.#snapshotId = event.snapshotId;
    if (!this.discarded) this.#keep(event);
  }

  #keep(event: EngineReadEvent): void {
    const { store } = this.#parts;
    switch (event.type) {
      case 'start':
        this.#totalBytes = event.totalBytes;
        return store.update(this.id, { snapshotId: event.snapshotId });
      case 'progress':
        return this.#takeProgress(event);
      case 'section':
        return this.#takeSection(event.section);
      case 'writing':
        this.#writing = { of: event.of, text: '' };
        return this.#followers.send(event);
      case 'text':
        if (this.#writing) this.#writing.text += event.text;
        return this.#followers.send(event);
      case 'summary':
        return this.#takeSummary(event);
      case 'saved':
        if (this.#progress) this.#parts.measured(this.#progress.tokensPerSecond);
        this.#progress = { ...(this.#progress ?? NOT_MEASURED), ...this.#placeOf(event) };
        return store.update(this.id, { progress: this.#progress });
      case 'end':
        return store.update(this.id, { progress: this.#progress });
      default:
        assertNever(event);
    }
  }

  #takeProgress({ type: _, ...facts }: Extract<EngineReadEvent, { type: 'progress' }>): void {
    this.#progress = { ...facts, ...this.#placeOf(facts) };
    this.#followers.send({ type: 'progress', progress: this.#progress });
  }

  #placeOf({ tokens, bytes }: { readonly tokens: number; readonly bytes: number }): Place {
    const { places } = this.#parts;
    const last = { startByte: Math.max(0, bytes - 1), endByte: bytes };
    return {
      ...{ tokens, bytes, totalBytes: this.#totalBytes },
      fraction: this.#totalBytes === 0 ? 1 : bytes / this.#totalBytes,
      page: places.pagesOf(last)?.last ?? null,
      sectionTitle: places.titleAt(last.startByte) ?? this.#lastTitle,
    };
  }

  #takeSection(section: Extract<EngineReadEvent, { type: 'section' }>['section']): void {
    this.#lastTitle = section.title;
    const row = this.#parts.store.putSection(this.id, section);
    this.#followers.send({ type: 'section', section: sectionSummary(row, this.#parts.places) });
  }

  #takeSummary(event: Extract<EngineReadEvent, { type: 'summary' }>): void {
    const { of, text } = event;
    if (of === 'overall') this.#parts.store.update(this.id, { overall: text });
    else this.#parts.store.putSummary(this.id, of, text);
    this.#writing = undefined;
    this.#followers.send(event);
  }

  #soFar(): ReadingEvent[] {
    const reading = this.view;
    if (!reading) return [];
    const state: ReadingEvent = { type: 'state', reading };
    if (!this.#writing) return [state];
    const { of, text } = this.#writing;
    return [state, { type: 'writing', of }, { type: 'text', of, text }];
  }
}
