/** The library of saved states. */
import {
  array,
  type InferOutput,
  nullable,
  number,
  object,
  partial,
  picklist,
  string,
  variant,
  literal,
} from 'valibot';
import { count } from '../../engine/api/schemas.ts';
import { id, time } from './conversations.ts';

export const savedState = object({
  id,
  name: string(),
  tags: array(string()),
  source: variant('kind', [
    object({ kind: literal('conversation'), conversationId: id, title: string() }),
    object({ kind: literal('document'), documentId: id, title: string() }),
    /** Came in a bundle, or its source was deleted. */
    object({ kind: literal('none'), title: string() }),
  ]),
  modelName: string(),
  /** Tokens that it has read. */
  position: count,
  byteLength: count,
  createdAt: time,
  /** Whether the model that is loaded can go on from it. */
  usable: picklist(['yes', 'no-model', 'other-model', 'damaged']),
  /** Tokens of the transcript: what replaying it with another model costs. Null without a transcript. */
  transcriptTokens: nullable(count),
  /** Seconds that replaying takes with the model that is loaded; null when unknown. */
  replaySeconds: nullable(number()),
});
export type SavedState = InferOutput<typeof savedState>;

export const statePatch = partial(object({ name: string(), tags: array(string()) }));

export const stateLibrary = object({
  states: array(savedState),
  /** Bytes of all snapshots, the unnamed ones of conversations and documents too. */
  usedBytes: count,
  quotaBytes: count,
  freeDiskBytes: count,
});
export type StateLibrary = InferOutput<typeof stateLibrary>;
