/**
 * The snapshot format, which no other file knows. Little-endian; the first 48 bytes mean the same in every version:
 *
 *     0 magic "ANSRSNAP" · 8 format version u32 · 12 length of the header u32 · 16 SHA-256 of bytes 0…15 and the header
 *    48 header, JSON in UTF-8 · zeros up to a multiple of 64 · shift f32 · wkv f32 · last logits f32 (if `hasLogits`)
 *    end SHA-256 of everything before it
 */
import { sha256 } from '@noble/hashes/sha2.js';
import { assert, EngineError } from '../api/errors.ts';
import { shiftLength, wkvLength } from '../rwkv7/config.ts';
import type { StateData } from '../rwkv7/sequenceModel.ts';
import { parseHeader, type HeaderFields, type SnapshotLayout } from './snapshotHeader.ts';
import type { SnapshotInfo } from './types.ts';

export const SNAPSHOT_FORMAT_VERSION = 1;
/** The header never reaches beyond this, so reading so many bytes is enough to list a snapshot. */
export const MAX_HEAD_BYTES = 64 * 1024;

const MAGIC = new TextEncoder().encode('ANSRSNAP');
const HEADER_OFFSET = 48;
const HASH_BYTES = 32;
const DATA_ALIGNMENT = 64;

/** The model that a snapshot was taken from, or is to be restored into. */
export interface ModelIdentity {
  readonly modelName: string;
  readonly fingerprint: string;
  readonly config: SnapshotLayout;
}

/** What a snapshot holds besides the facts that follow from its model. */
export interface SnapshotContent {
  readonly id: string;
  readonly tokenCount: number;
  readonly prefixHash: string;
  /** `PrefixHash.midstate`: with it the prefix hash goes on where it stood. */
  readonly prefixMidstate: string;
  /** ISO 8601, UTC. */
  readonly createdAt: string;
  readonly extra: SnapshotInfo['extra'];
  readonly state: StateData;
  /** [vocabularySize]; undefined when the model was not asked for logits after the last token. */
  readonly logits: Float32Array<ArrayBuffer> | undefined;
}

/** A snapshot's header, checked. */
export interface SnapshotHeader {
  readonly info: SnapshotInfo;
  readonly layout: SnapshotLayout;
  readonly hasLogits: boolean;
  readonly prefixMidstate: string;
}

/**
 * Lays out a snapshot in one buffer, as the checksum wants it: of state and logits this is the only copy.
 * @throws EngineError `invalid-argument` when `extra` is too big.
 */
export async function encodeSnapshot(
  content: SnapshotContent,
  model: ModelIdentity,
): Promise<{ info: SnapshotInfo; bytes: Uint8Array<ArrayBuffer> }> {
  const { state, logits, ...facts } = content;
  const { layers, width, heads, headSize, vocabularySize } = model.config;
  const layout: SnapshotLayout = { layers, width, heads, headSize, vocabularySize };
  assert(state.shift.length === shiftLength(model.config), 'the shift vectors fit the model');
  assert(state.wkv.length === wkvLength(model.config), 'the WKV matrices fit the model');
  assert(logits === undefined || logits.length === vocabularySize, 'the logits fit the model');
  const fields: HeaderFields = {
    ...facts,
    modelFingerprint: model.fingerprint,
    modelName: model.modelName,
    layout,
    hasLogits: logits !== undefined,
  };
  const head = encodeHead(fields);
  const info = infoOf(fields, head.length);
  const bytes = new Uint8Array(info.byteLength);
  let end = 0;
  for (const piece of [head, bytesOf(state.shift), bytesOf(state.wkv), ...(logits ? [bytesOf(logits)] : [])]) {
    bytes.set(piece, end);
    end += piece.length;
  }
  bytes.set(await fastHashOf(bytes.subarray(0, end)), end);
  return { info, bytes };
}

/**
 * Reads a snapshot's header from its first bytes; `MAX_HEAD_BYTES` of them always suffice.
 * @throws EngineError `snapshot-unreadable` (cut off, corrupt or no snapshot), `snapshot-mismatch` (newer version)
 */
export function readSnapshotHeader(bytes: Uint8Array): SnapshotHeader {
  if (bytes.length < HEADER_OFFSET) throw unreadable('it is cut off');
  if (!equal(bytes.subarray(0, MAGIC.length), MAGIC)) throw unreadable('it does not begin like a snapshot');
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  const version = view.getUint32(8, true);
  const headerEnd = HEADER_OFFSET + view.getUint32(12, true);
  if (headerEnd > MAX_HEAD_BYTES) throw unreadable('its header is longer than any header is');
  if (headerEnd > bytes.length) throw unreadable('it is cut off in its header');
  const header = bytes.subarray(HEADER_OFFSET, headerEnd);
  if (!equal(bytes.subarray(16, HEADER_OFFSET), hashOf([bytes.subarray(0, 16), header])))
    throw unreadable('its header does not match its checksum');
  checkVersion(version);
  const fields = parseHeader(header);
  if (!fields) throw unreadable('its header does not make sense');
  const { layout, hasLogits, prefixMidstate } = fields;
  return { info: infoOf(fields, alignUp(headerEnd)), layout, hasLogits, prefixMidstate };
}

/**
 * Checks that a snapshot belongs to `model`.
 * @throws EngineError `snapshot-mismatch`, saying what differs.
 */
export function checkSnapshotFits({ info, layout }: SnapshotHeader, model: ModelIdentity): void {
  if (info.modelFingerprint !== model.fingerprint)
    throw mismatch(
      info.modelName === model.modelName
        ? `it was made with another file or another precision of the model ${model.modelName}`
        : `it was made with the model ${info.modelName}, but ${model.modelName} is loaded`,
      `Load the model that made it, or read the text again with ${model.modelName}.`,
    );
  for (const [name, size] of Object.entries(layout) as [keyof SnapshotLayout, number][])
    if (size !== model.config[name])
      throw mismatch(
        `its ${name} is ${size}, but ${model.modelName} has ${model.config[name]}`,
        `Read the text again with ${model.modelName}.`,
      );
}

/**
 * Reads a whole snapshot. Nothing is allocated before its size is known to be that of `model`'s state, which then shares
 * the memory of `bytes` where it can; the logits, which outlive it, never do.
 * @throws EngineError `snapshot-unreadable`, `snapshot-mismatch`
 */
export async function decodeSnapshot(
  bytes: Uint8Array<ArrayBuffer>,
  model: ModelIdentity,
): Promise<SnapshotHeader & Pick<SnapshotContent, 'state' | 'logits'>> {
  const header = readSnapshotHeader(bytes);
  checkSnapshotFits(header, model);
  if (bytes.length !== header.info.byteLength)
    throw unreadable(`it should have ${header.info.byteLength} bytes, but ${bytes.length} are there`);
  const end = bytes.length - HASH_BYTES;
  if (!equal(bytes.subarray(end), await fastHashOf(bytes.subarray(0, end))))
    throw unreadable('it does not match its checksum');
  const logitsStart = end - (header.hasLogits ? 4 * header.layout.vocabularySize : 0);
  const wkvStart = logitsStart - 4 * wkvLength(model.config);
  const shiftStart = wkvStart - 4 * shiftLength(model.config);
  return {
    ...header,
    state: { shift: floatsAt(bytes, shiftStart, wkvStart), wkv: floatsAt(bytes, wkvStart, logitsStart) },
    logits: header.hasLogits ? new Float32Array(bytes.slice(logitsStart, end).buffer) : undefined,
  };
}

/** Prelude, header and padding: everything before the numbers. */
function encodeHead(fields: HeaderFields): Uint8Array<ArrayBuffer> {
  const header = new TextEncoder().encode(JSON.stringify(fields));
  const headerEnd = HEADER_OFFSET + header.length;
  if (headerEnd > MAX_HEAD_BYTES)
    throw new EngineError(
      'invalid-argument',
      `The facts to be kept in the snapshot take ${header.length} bytes; at most ${MAX_HEAD_BYTES - HEADER_OFFSET} fit.`,
      {
        nextStep: 'Store less in "extra".',
      },
    );
  const head = new Uint8Array(alignUp(headerEnd));
  head.set(MAGIC);
  const view = new DataView(head.buffer);
  view.setUint32(8, SNAPSHOT_FORMAT_VERSION, true);
  view.setUint32(12, header.length, true);
  head.set(header, HEADER_OFFSET);
  head.set(hashOf([head.subarray(0, 16), header]), 16);
  return head;
}

function infoOf(fields: HeaderFields, dataOffset: number): SnapshotInfo {
  const { layout, hasLogits, prefixMidstate: _, ...facts } = fields;
  const { layers, width, heads, headSize, vocabularySize } = layout;
  const numbers = layers * (2 * width + heads * headSize * headSize) + (hasLogits ? vocabularySize : 0);
  return { ...facts, formatVersion: SNAPSHOT_FORMAT_VERSION, byteLength: dataOffset + 4 * numbers + HASH_BYTES };
}

function checkVersion(version: number): void {
  if (version > SNAPSHOT_FORMAT_VERSION)
    throw mismatch(
      `it was made by a newer Anser (format ${version}; this one reads ${SNAPSHOT_FORMAT_VERSION})`,
      'Update Anser.',
    );
  if (version !== SNAPSHOT_FORMAT_VERSION) throw unreadable(`there is no format version ${version}`);
}

const alignUp = (offset: number): number => Math.ceil(offset / DATA_ALIGNMENT) * DATA_ALIGNMENT;

/** The numbers as stored. Typed arrays have the machine's byte order: little-endian on everything WebGPU runs on. */
const bytesOf = (numbers: Float32Array): Uint8Array =>
  new Uint8Array(numbers.buffer, numbers.byteOffset, numbers.byteLength);

/** A view, or a copy where the bytes lie at an offset of their buffer that numbers cannot have. */
const floatsAt = (bytes: Uint8Array<ArrayBuffer>, start: number, end: number): Float32Array<ArrayBuffer> =>
  (bytes.byteOffset + start) % Float32Array.BYTES_PER_ELEMENT === 0
    ? new Float32Array(bytes.buffer, bytes.byteOffset + start, (end - start) / Float32Array.BYTES_PER_ELEMENT)
    : new Float32Array(bytes.slice(start, end).buffer);

/** For the numbers: some ten times as fast as `hashOf`, which lists read headers with, many and small. */
const fastHashOf = async (bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array> =>
  new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));

function hashOf(pieces: readonly Uint8Array[]): Uint8Array {
  const hash = sha256.create();
  for (const piece of pieces) hash.update(piece);
  return hash.digest();
}

const equal = (a: Uint8Array, b: Uint8Array): boolean => a.length === b.length && a.every((byte, i) => byte === b[i]);

/** The one error for everything that is damaged. */
export const unreadable = (why: string): EngineError =>
  new EngineError('snapshot-unreadable', `The snapshot cannot be read: ${why}.`, {
    nextStep: 'Delete it and read the text again.',
  });

const mismatch = (why: string, nextStep: string): EngineError =>
  new EngineError('snapshot-mismatch', `The snapshot does not fit: ${why}.`, { nextStep });
