/** What a user does with the app while it is killed, besides having a document read: chats, forks, saves states. */
import { setTimeout as delay } from 'node:timers/promises';
import type { AppApi } from '../../src/main/api/contract.ts';
import { goOn } from './goOn.ts';
import type { Ledger } from './ledger.ts';

const QUESTIONS = ['What is a lighthouse?', 'Who lives there?', 'Tell me about the sea.', 'And in winter?'];
const RETRY_MS = 200;
const TURNS = 4;

export interface Activities {
  /** Ends them all; what was under way when the app was killed has failed by then. */
  stop(): Promise<void>;
}

interface User {
  readonly app: AppApi;
  readonly documentId: string;
  readonly ledger: Ledger;
  /** Numbers in [0, 1). */
  readonly random: () => number;
}

export function startActivities(user: User): Activities {
  const stopping = new AbortController();
  const { signal } = stopping;
  const forever = async (work: () => Promise<void>): Promise<void> => {
    while (!signal.aborted)
      // A killed process answers nobody; whether anything shown is lost is checked afterwards.
      await work().catch(() => delay(RETRY_MS, undefined, { signal }).catch(() => undefined));
  };
  const running = [forever(() => chat(user, signal)), forever(() => keepReading(user, signal))];
  return {
    stop: async () => {
      stopping.abort();
      await Promise.all(running);
    },
  };
}

/** A conversation of some turns, with states by name and forks on the way. */
async function chat(user: User, signal: AbortSignal): Promise<void> {
  const { app, ledger, random } = user;
  let { id } = await app.createConversation({ folderId: null });
  let parentId: string | null = null;
  for (let turn = 0; turn < TURNS && !signal.aborted; turn++) {
    const text = QUESTIONS[Math.floor(random() * QUESTIONS.length)] ?? '';
    for await (const event of app.send({ conversationId: id, parentId, text }, signal)) {
      if (event.type === 'begun' && event.user) ledger.finished(id, event.user);
      if (event.type !== 'end') continue;
      ledger.finished(id, event.answer);
      parentId = event.answer.id;
    }
    if (parentId === null) return;
    if (random() < 0.6) await saveAfter(user, id, parentId, signal);
    if (random() < 0.3) {
      const fork = await app.forkConversation({ id, messageId: parentId });
      for (const message of fork.messages) ledger.finished(fork.id, message);
      ({ id } = fork);
      parentId = fork.headId;
    }
  }
}

/** Saves the state after a message, and notes how a fork of the conversation goes on from the same message. */
async function saveAfter({ app, ledger }: User, conversationId: string, messageId: string, signal: AbortSignal) {
  const name = `state ${ledger.counts.states}`;
  const of = { kind: 'message', conversationId, messageId } as const;
  const { id } = await app.saveState({ name, tags: [], of });
  ledger.saved(id, name);
  const fork = await app.forkConversation({ id: conversationId, messageId });
  const answer = await goOn(app, fork, signal);
  ledger.finished(fork.id, answer);
  ledger.continuation(id, answer.text);
}

/** Now and then keeps what has been read of the document. */
async function keepReading({ app, documentId, ledger, random }: User, signal: AbortSignal): Promise<void> {
  await delay(1000 + 8000 * random(), undefined, { signal });
  const name = `document ${ledger.counts.states}`;
  ledger.saved((await app.saveState({ name, tags: [], of: { kind: 'document', documentId } })).id, name);
}
