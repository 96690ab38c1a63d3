/** Puts the examples into the place of the demo model's words, in the database of an app that does not run. */
import { join } from 'node:path';
import { ConversationStore } from '../../src/main/conversations/conversationStore.ts';
import { DocumentStore } from '../../src/main/documents/documentStore.ts';
import { SqlReadings } from '../../src/main/documents/sqlReadings.ts';
import { openDatabase } from '../../src/main/store/database.ts';
import type { Prepared } from './prepare.ts';
import type { ExampleTurn, Examples, Summaries } from './texts/examples.ts';

const DAY_MS = 24 * 3600 * 1000;

export function writeExamples(folder: string, prepared: Prepared, { chats, book, log }: Examples): void {
  const db = openDatabase(join(folder, 'anser.db'));
  try {
    const conversations = new ConversationStore(db);
    const readings = new SqlReadings(db);
    prepared.chats.forEach((id, place) => {
      const chat = chats[place];
      if (!chat) return;
      writeAnswers(conversations, id, chat.turns);
      // Later ones a little earlier, so that the list keeps their order.
      const updatedAt = new Date(Date.now() - chat.daysAgo * DAY_MS - place * 1000).toISOString();
      conversations.change(id, { updatedAt });
    });
    const questions = new DocumentStore(db).get(prepared.book)?.conversationId;
    if (questions !== undefined) writeAnswers(conversations, questions, book.questions);
    writeSummaries(readings, prepared.book, book.summaries, book.overall);
    writeSummaries(readings, prepared.reading, log.summaries, '');
  } finally {
    db.close();
  }
}

/** Numbers of the demo model's answers do not describe these: they go. */
function writeAnswers(store: ConversationStore, conversationId: string, turns: readonly ExampleTurn[]): void {
  const answers = store.messages(conversationId).filter(({ role }) => role === 'assistant');
  answers.forEach(({ id }, place) => {
    const { answer = '' } = turns[place] ?? {};
    store.changeMessage(id, { text: answer, thought: '', status: 'finished', endReason: 'stop', details: null });
  });
}

function writeSummaries(readings: SqlReadings, documentId: string, summaries: Summaries, overall: string): void {
  const [reading] = readings.list(documentId);
  if (!reading) throw new Error('The document was not read.');
  for (const { section, summary } of readings.sections(reading.id)) {
    // A section may have several headings: the last one is its own.
    const heading = Object.keys(summaries).findLast((name) => section.title.includes(name));
    if (summary !== null && heading !== undefined)
      readings.putSummary(reading.id, section.index, summaries[heading] ?? summary);
  }
  readings.update(reading.id, { overall });
}
