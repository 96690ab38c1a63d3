/** Conversations as trees of messages, folders, and the search over all of them. */
import {
  array,
  boolean,
  type InferOutput,
  literal,
  maxLength,
  nullable,
  number,
  object,
  optional,
  partial,
  picklist,
  pipe,
  string,
  variant,
} from 'valibot';
import { answerBasis, answerDetails, count, endReason, fault, thinkMode } from '../../engine/api/schemas.ts';
import { samplingChoice } from './settings.ts';

export const id = pipe(string(), maxLength(64));
/** ISO 8601, UTC. */
export const time = string();

/** What a document answer rests on, with the pages that the user knows. */
export const basis = object({
  basis: answerBasis,
  /** Page ranges of the passages, in their order; null where the document has no pages. */
  pages: nullable(array(object({ first: count, last: count }))),
  /** Tokens of the document that were read again for the answer. */
  documentTokens: count,
});
export type MessageBasis = InferOutput<typeof basis>;

export const message = object({
  id,
  /** The message it follows; null for the first. Messages with the same parent are versions of each other. */
  parentId: nullable(id),
  role: picklist(['user', 'assistant']),
  text: string(),
  /** What the model thought before it answered; '' when nothing. */
  thought: string(),
  /** Milliseconds of thinking; null when there was none, or before it began. */
  thoughtMs: nullable(number()),
  /** `writing`: an answer is under way; `stopped`: by the user or by an end of the program, what is there is kept. */
  status: picklist(['finished', 'writing', 'stopped', 'failed']),
  createdAt: time,
  think: thinkMode,
  /** Null for the user's messages and answers that were not finished. */
  details: nullable(answerDetails),
  endReason: nullable(endReason),
  modelName: nullable(string()),
  /** The state after this message is kept: forking here is instant. */
  hasState: boolean(),
  basis: nullable(basis),
  /** Why it failed. */
  error: nullable(fault),
});
export type Message = InferOutput<typeof message>;

export const conversationSummary = object({
  id,
  title: string(),
  /** The title was made from the conversation, not by the user. */
  autoTitle: boolean(),
  folderId: nullable(id),
  pinned: boolean(),
  createdAt: time,
  updatedAt: time,
  /** Null unless it is in the bin, where it stays for 30 days. */
  deletedAt: nullable(time),
  /** The document that it asks about; null for a chat. */
  documentId: nullable(id),
  messageCount: count,
});
export type ConversationSummary = InferOutput<typeof conversationSummary>;

export const conversation = object({
  ...conversationSummary.entries,
  systemPrompt: string(),
  think: thinkMode,
  sampling: samplingChoice,
  draft: string(),
  /** Reading its messages again gives its states. Not where it began with a state that had read a document. */
  replayable: boolean(),
  /** The last message of the branch that is shown; null when there is none. */
  headId: nullable(id),
  /** All branches, in the order in which they were written. */
  messages: array(message),
});
export type Conversation = InferOutput<typeof conversation>;

export const conversationPatch = partial(
  object({
    title: string(),
    folderId: nullable(id),
    pinned: boolean(),
    systemPrompt: string(),
    think: thinkMode,
    sampling: samplingChoice,
    draft: string(),
    headId: nullable(id),
  }),
);

export const folder = object({ id, name: string(), conversationCount: count });
export type Folder = InferOutput<typeof folder>;

/** A turn as it happens. What `end` tells is stored already. */
export const turnEvent = variant('type', [
  /** The messages as stored: the user's (absent when regenerating) and the answer, still empty. */
  object({ type: literal('begun'), user: optional(message), answer: message }),
  /** No state could be used: the conversation is read again. */
  object({ type: literal('replay'), reason: picklist(['no-state', 'other-model', 'damaged']), messages: count }),
  object({ type: literal('prompt'), done: count, total: count }),
  object({ type: literal('basis'), basis }),
  object({ type: literal('thought'), text: string() }),
  object({ type: literal('text'), text: string() }),
  /** The answer as stored; its status tells how it ended. */
  object({ type: literal('end'), answer: message }),
]);
export type TurnEvent = InferOutput<typeof turnEvent>;

/** What a turn after a message has to read again because the state there is not kept, as far as that is known before it. */
export const rereadAhead = object({
  /** Of the messages since the state that the turn goes on from, else of all so far. */
  tokens: count,
  /** With the model that is loaded; null when unknown. */
  seconds: nullable(number()),
  /** The messages are all that was read; else something of a document gets lost. */
  whole: boolean(),
});
export type RereadAhead = InferOutput<typeof rereadAhead>;

/** What a turn has to read again because no state can be used, as far as that is known before it. */
export const replayAhead = object({
  reason: picklist(['no-state', 'other-model']),
  /** Of the model that the states are of; null where none is kept. */
  modelName: nullable(string()),
  ...rereadAhead.entries,
});
export type ReplayAhead = InferOutput<typeof replayAhead>;

/** Text in which the parts that match are marked. */
export const snippet = array(object({ text: string(), match: boolean() }));

export const searchHit = variant('kind', [
  object({ kind: literal('title'), conversationId: id, title: string(), snippet }),
  object({ kind: literal('message'), conversationId: id, messageId: id, title: string(), snippet }),
  object({ kind: literal('document'), documentId: id, title: string(), snippet }),
  /** A place in a document's own text: a page, or the part below a heading. */
  object({
    kind: literal('text'),
    documentId: id,
    title: string(),
    startByte: count,
    endByte: count,
    /** Null where the document has no pages. */
    page: nullable(count),
    /** The heading before it; null where there is none. */
    heading: nullable(string()),
    snippet,
  }),
  object({ kind: literal('summary'), documentId: id, title: string(), section: nullable(count), snippet }),
  /** A question about a document, or its answer. */
  object({
    kind: literal('question'),
    documentId: id,
    conversationId: id,
    messageId: id,
    title: string(),
    snippet,
  }),
  object({ kind: literal('state'), stateId: id, title: string(), snippet }),
  object({ kind: literal('folder'), folderId: id, title: string(), snippet }),
]);
export type SearchHit = InferOutput<typeof searchHit>;

/** In the order in which they are shown. */
export const searchKind = picklist(['title', 'message', 'document', 'text', 'summary', 'question', 'state', 'folder']);
export type SearchKind = InferOutput<typeof searchKind>;

/** What was found of one kind, the best first. */
export const searchGroup = object({
  kind: searchKind,
  /** How many there are, also beyond the hits that are told; with `more` there are still more. */
  total: count,
  more: boolean(),
  hits: array(searchHit),
});
export type SearchGroup = InferOutput<typeof searchGroup>;

export const exportFormat = picklist(['markdown', 'html', 'json']);
/** Of the words around the content. */
export const exportLanguage = picklist(['en', 'zh']);
/** What to export, and how. */
export const exportRequest = object({ id, format: exportFormat, language: exportLanguage });
/** A text for the user to keep, with a name that any file system takes. */
export const exported = object({ fileName: string(), mimeType: string(), content: string() });
export type Exported = InferOutput<typeof exported>;
