/** What an exported conversation says beside a message. */
import type { Message } from '../api/conversations.ts';
import { basisInWords } from './documentWords.ts';
import type { ExportWords } from './exportWords.ts';

/** Who speaks, and the model behind it. */
export function speakerOf({ role, modelName }: Message, words: ExportWords): string {
  if (role === 'user') return words.user;
  return modelName === null ? words.assistant : `${words.assistant} · ${modelName}`;
}

/** What it rests on, and whether it is whole. */
export const notesOn = ({ basis, status }: Message, words: ExportWords): string[] => [
  ...(basis === null ? [] : [basisInWords(basis, words)]),
  ...(status === 'failed' ? [words.failed] : []),
  ...(status === 'stopped' ? [words.stopped] : []),
];

/** The same for every reader: date and time in UTC. */
export const timeInWords = (time: string): string => `${time.slice(0, 16).replace('T', ' ')} UTC`;
