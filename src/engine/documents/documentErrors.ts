/** The failures of documents that more than one task can meet, worded alike everywhere. */
import { EngineError } from '../api/errors.ts';

/** For a document that is empty, or holds nothing but blank lines and invisible characters. */
export const noText = (name: string): EngineError =>
  new EngineError('document-unreadable', `${name} holds no text.`, { nextStep: 'Choose a file with text in it.' });
