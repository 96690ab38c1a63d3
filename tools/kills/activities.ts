/** What a user does with the app while it is killed: chats, forks, reads a document, saves states. */
import { setTimeout as delay } from 'node:timers/promises';
import type { AppApi } from '../../src/main/api/contract.ts';
import type { Ledger } from './ledger.ts';

const QUESTIONS = ['What is a lighthouse?', 'Who lives there?', 'Tell me about the sea.', 'And in winter?'];
const POLL_MS = 200;

export interface Activities {
  /** Ends them all; what was under way when the app was killed has failed by then. */
  stop(): Promise<void>;
}

/** @param random numbers in [0, 1) */
export function startActivities(app: AppApi, documentId: string, ledger: Ledger, random: () => number): Activities {
  const stopping = new AbortController();
  const { signal } = stopping;
  const forever = async (work: () => Promise<void>): Promise<void> => {
    while (!signal.aborted)
      // A killed process answers nobody; whether anything shown is lost is checked afterwards.
      await work().catch(() => delay(POLL_MS, undefined, { signal }).catch(() => undefined));
  };
  const running = [
    forever(() => chat(app, ledger, random, signal)),
    forever(async () => {
      const { reading } = await app.getDocument({ id: documentId });
      if (reading?.progress) ledger.place(reading.progress.tokens);
      if (!reading || ['paused', 'failed', 'finished'].includes(reading.status))
        await app.startReading({ id: documentId, focus: '', summarise: false, fresh: reading?.status === 'finished' });
      await delay(POLL_MS, undefined, { signal });
    }),
  ];
  return {
    stop: async () => {
      stopping.abort();
      await Promise.all(running);
    },
  };
}

/** A conversation of some turns; then a state by name, and a fork. */
async function chat(app: AppApi, ledger: Ledger, random: () => number, signal: AbortSignal): Promise<void> {
  let { id } = await app.createConversation({ folderId: null });
  let parentId: string | null = null;
  for (let turn = 0; turn < 4 && !signal.aborted; turn++) {
    const text = QUESTIONS[Math.floor(random() * QUESTIONS.length)] ?? '';
    for await (const event of app.send({ conversationId: id, parentId, text }, signal)) {
      if (event.type === 'begun' && event.user) ledger.finished(id, event.user);
      if (event.type !== 'end') continue;
      ledger.finished(id, event.answer);
      parentId = event.answer.id;
    }
    if (parentId === null) return;
    const name = `state ${ledger.counts.states}`;
    const of = { kind: 'message', conversationId: id, messageId: parentId } as const;
    if (random() < 0.4) ledger.saved((await app.saveState({ name, tags: [], of })).id, name);
    if (random() < 0.3) {
      const fork = await app.forkConversation({ id, messageId: parentId });
      ({ id } = fork);
      parentId = fork.headId;
    }
  }
}
