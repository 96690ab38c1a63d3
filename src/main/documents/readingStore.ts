/** Readings as they are kept: which model read what of which document, with the sections and their summaries. */
import type { LoadedModel, SectionFacts } from '../../engine/api/schemas.ts';
import type { Reading, ReadingProgress } from '../api/documents.ts';

export interface ReadingRow extends Pick<Reading, 'id' | 'focus' | 'modelName' | 'status' | 'overall' | 'stateBytes'> {
  readonly documentId: string;
  readonly modelFingerprint: LoadedModel['fingerprint'];
  readonly summarise: boolean;
  /** Null until the engine has told it. */
  readonly snapshotId: string | null;
  readonly progress: ReadingProgress | null;
  /** ISO 8601, UTC. */
  readonly startedAt: string;
  readonly finishedAt: string | null;
  readonly error: Reading['error'];
}

/** What may change in a reading. */
export type ReadingPatch = Partial<Omit<ReadingRow, 'id' | 'documentId' | 'focus' | 'modelName' | 'modelFingerprint'>>;

export interface SectionRow {
  readonly section: SectionFacts;
  readonly summary: string | null;
}

export interface ReadingStore {
  /** A document's readings, the latest first. */
  list(documentId: string): ReadingRow[];
  get(id: string): ReadingRow | undefined;
  insert(row: ReadingRow): void;
  /** What is not there any more stays away. */
  update(id: string, patch: ReadingPatch): void;
  /** With its sections; its snapshot is noted for disposal. */
  delete(id: string): void;
  /** In their order. */
  sections(id: string): SectionRow[];
  /** A summary that is there already stays; what is stored now comes back. */
  putSection(id: string, section: SectionFacts): SectionRow;
  putSummary(id: string, index: number, summary: string): void;
  /** Readings that an end of the program left under way become `paused`. */
  pauseInterrupted(): void;
  /** Whether any reading rests on the snapshot: two documents with the same text share one. */
  usesSnapshot(snapshotId: string): boolean;
}
