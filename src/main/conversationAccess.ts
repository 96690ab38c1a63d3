/** What documents and saved states need of the conversations, whoever keeps those. */
import type { AnswerDetails, LoadedModel } from '../engine/api/schemas.ts';
import type { Conversation, Message, MessageBasis } from './api/conversations.ts';

/** A message of a transcript. */
export type TranscriptMessage = Pick<Message, 'text'> & { readonly role: 'system' | 'user' | 'assistant' };

export interface ConversationAccess {
  /** An empty conversation about a document. @returns its id */
  createForDocument(documentId: string, title: string): string;
  get(id: string): Conversation;
  /** Into the bin. */
  delete(ids: readonly string[]): void;
  restore(ids: readonly string[]): void;
  /** For good. */
  purge(ids: readonly string[]): void;
  /** The snapshot of the state after a message; null when none is kept. @throws EngineError `invalid-argument` */
  snapshotAfter(conversationId: string, messageId: string): string | null;
  /**
   * A conversation that begins with a transcript and goes on from `snapshotId`, which it owns from then on; with null its
   * first turn reads the transcript.
   */
  createFrom(transcript: ConversationStart): Conversation;
}

export interface ConversationStart {
  readonly title: string;
  readonly messages: readonly TranscriptMessage[];
  readonly snapshotId: string | null;
  /** Reading the messages gives the state; else the snapshot is all that there is of it. */
  readonly replayable: boolean;
  /** Of the model that the snapshot fits. */
  readonly modelName: string;
  readonly modelFingerprint: LoadedModel['fingerprint'];
}

/** Writes one question and its answer into a conversation. */
export interface TurnWriter {
  /** Stores the question after the last message, and an answer that is still empty. */
  begin(conversationId: string, question: string): { readonly user: Message; readonly answer: Message };
  /** Keeps the text of an answer as far as it is. */
  keep(answerId: string, text: string): void;
  /** Stores how the answer ended. */
  finish(answerId: string, ending: AnswerEnding): Message;
}

export interface AnswerEnding extends Pick<Message, 'text' | 'status' | 'endReason' | 'modelName' | 'error'> {
  readonly details: AnswerDetails | null;
  readonly basis: MessageBasis | null;
}
