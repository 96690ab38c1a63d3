/** What a document's snapshot holds beside the state: which document, how far it was read, and the proof of both. */
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';
import { EngineError } from '../api/errors.ts';
import type { JsonObject, Sessions, SnapshotInfo } from '../session/types.ts';
import { ConsumedHash, type DocumentIdentity } from './identity.ts';
import { parseResumePoint, resumePointToJson, type ResumePoint } from './resumePoint.ts';
import type { ByteSource } from '../formats/byteSource.ts';

/** Raised whenever the same bytes would give other tokens, so that old snapshots are not continued wrongly. */
const PIPELINE_VERSION = 2;

/** The `extra` of a document's snapshot. */
export interface ReadingRecord extends DocumentIdentity {
  /** The file's name when it was read, for lists. */
  readonly name: string;
  /** What the reader was asked to look for; '' when nothing. */
  readonly focus: string;
  /** The tokens read come from the bytes before this one. */
  readonly consumedBytes: number;
  /** SHA-256 (hex) of those bytes. */
  readonly consumedHash: string;
  /** Sections begun. */
  readonly sections: number;
  readonly finished: boolean;
  /** `Session.stateHash` of the finished reading; '' before. */
  readonly stateHash: string;
  /**
   * Where to go on; the text before it need not be read as text again. Undefined before the first batch, and in snapshots
   * of versions that did not keep it: then the reading passes over the text from its beginning.
   */
  readonly resume: ResumePoint | undefined;
}

/** A document's snapshot, found again. */
export interface FoundReading {
  readonly info: SnapshotInfo;
  readonly record: ReadingRecord;
}

/** The snapshot's id: one for each document, model and focus. */
export function readingId(identity: DocumentIdentity, modelFingerprint: string, focus: string): string {
  const name = JSON.stringify([PIPELINE_VERSION, modelFingerprint, identity.size, identity.headHash, focus]);
  return `document-${bytesToHex(sha256(new TextEncoder().encode(name))).slice(0, 32)}`;
}

export const toExtra = ({ resume, ...record }: ReadingRecord): JsonObject => ({
  kind: 'document',
  ...record,
  ...(resume && { resume: resumePointToJson(resume) }),
});

/** The record in a snapshot, or undefined when it is not a document's. */
export function readingOf(info: SnapshotInfo): FoundReading | undefined {
  const { kind, name, focus, size, headHash, consumedBytes, consumedHash, sections, finished, stateHash } = info.extra;
  if (kind !== 'document' || typeof name !== 'string' || typeof focus !== 'string') return undefined;
  if (typeof size !== 'number' || typeof consumedBytes !== 'number' || typeof sections !== 'number') return undefined;
  if (typeof headHash !== 'string' || typeof consumedHash !== 'string' || typeof stateHash !== 'string')
    return undefined;
  if (typeof finished !== 'boolean') return undefined;
  const resume = parseResumePoint(info.extra['resume']);
  const facts = { name, focus, size, headHash, consumedBytes, consumedHash, sections, finished, stateHash };
  return { info, record: { ...facts, resume } };
}

export async function findReading(sessions: Sessions, id: string): Promise<FoundReading | undefined> {
  const info = (await sessions.list()).find((candidate) => candidate.id === id);
  return info && readingOf(info);
}

/**
 * Hashes the part of the document that was read and compares; returns the hash, ready to go on.
 * @throws EngineError `document-changed`
 */
export async function verifyConsumed(source: ByteSource, { record }: FoundReading): Promise<ConsumedHash> {
  const hash = new ConsumedHash(source);
  await hash.advanceTo(record.consumedBytes);
  if (hash.hex !== record.consumedHash) throw documentChanged(source.name);
  return hash;
}

export const documentChanged = (name: string): EngineError =>
  new EngineError('document-changed', `${name} was changed after it was read in part.`, {
    nextStep: 'Read it again from the start.',
  });
