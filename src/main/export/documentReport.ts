/** What is known of a document, as it goes into an exported text. */
import type { MessageBasis } from '../api/conversations.ts';
import type { SectionSummary } from '../api/documents.ts';

export interface DocumentQuestion {
  readonly question: string;
  readonly answer: string;
  readonly basis: MessageBasis | null;
  /** ISO 8601, UTC. */
  readonly askedAt: string;
}

export interface DocumentReport {
  readonly title: string;
  /** Of the file. */
  readonly name: string;
  /** What the reader was asked to look for; '' when nothing. */
  readonly focus: string;
  /** Null when it was not read. */
  readonly modelName: string | null;
  readonly overall: string;
  readonly sections: readonly SectionSummary[];
  readonly questions: readonly DocumentQuestion[];
}
