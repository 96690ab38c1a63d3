/**
 * A place in a document from which a reading goes on without what comes before it: where a block begins, what earlier
 * text has to do with later one, and how many tokens led there. Kept in a reading's record, as JSON.
 */
import type { PrefixHash } from '../session/prefixHash.ts';
import type { JsonObject, Json } from '../session/types.ts';
import type { PieceStart } from './pieces.ts';
import type { OpenSection } from './sections.ts';

/** A block's start with the tokens before it. The session has read at least these. */
export interface ResumePoint extends PieceStart {
  /** Tokens that come from the text before this place, those of the prompt's prefix too. */
  readonly tokens: number;
  /** `PrefixHash.midstate` of these tokens, to prove that what is read again continues them. */
  readonly midstate: string;
}

/** @param prefix over the tokens before `start` */
export const resumePointAt = (start: PieceStart, prefix: PrefixHash): ResumePoint => ({
  ...start,
  tokens: prefix.tokenCount,
  midstate: prefix.midstate,
});

/** As it stands in a record. */
export function resumePointToJson({ section, ...place }: ResumePoint): JsonObject {
  return { ...place, section: section === undefined ? null : { ...section } };
}

/** A resume point from a record; undefined when it is none, as in records of versions that had none. */
export function parseResumePoint(json: Json | undefined): ResumePoint | undefined {
  if (!isObject(json)) return undefined;
  const { startByte, startLine, continuing, inFence, tokens, midstate, section } = json;
  if (!isCount(startByte) || !isCount(startLine) || !isCount(tokens) || typeof midstate !== 'string') return undefined;
  if (typeof continuing !== 'boolean' || typeof inFence !== 'boolean') return undefined;
  const place = { startByte, startLine, continuing, inFence, tokens, midstate };
  if (section === null) return { ...place, section: undefined };
  const open = parseSection(section);
  return open && { ...place, section: open };
}

function parseSection(json: Json | undefined): OpenSection | undefined {
  if (!isObject(json)) return undefined;
  const { index, title, heading, part, tokens, startByte, endByte, startLine, endLine } = json;
  if (typeof title !== 'string' || typeof heading !== 'string') return undefined;
  if (!isCount(index) || !isCount(part) || !isCount(tokens)) return undefined;
  if (!isCount(startByte) || !isCount(endByte) || !isCount(startLine) || !isCount(endLine)) return undefined;
  return { index, title, heading, part, tokens, startByte, endByte, startLine, endLine };
}

const isObject = (value: Json | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const isCount = (value: Json | undefined): value is number => Number.isSafeInteger(value) && Number(value) >= 0;
