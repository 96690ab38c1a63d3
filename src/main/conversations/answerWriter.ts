/** Stores an answer while it grows and when it ends: at most a second of what was shown is ever only in memory. */
import { performance } from 'node:perf_hooks';
import { faultOf } from '../../engine/api/rpc/remoteError.ts';
import type { Message } from '../api/conversations.ts';
import { AppError } from '../errors.ts';
import type { ConversationStore, MessageChange } from './conversationStore.ts';
import { shown, type StoredMessage } from './rows.ts';
import { ThinkingTime } from './thinkingTime.ts';

const KEEP_EVERY_MS = 1000;

type Written = Pick<StoredMessage, 'text' | 'thought' | 'thoughtMs'>;

export class AnswerWriter {
  readonly #store: ConversationStore;
  readonly #id: string;
  #keptAt = performance.now();
  readonly #thinking = new ThinkingTime();
  #ended: Message | undefined;
  text = '';
  thought = '';

  /** @param id of an answer that is stored as `writing` */
  constructor(store: ConversationStore, id: string) {
    this.#store = store;
    this.#id = id;
  }

  /** The answer as stored at its end. */
  get ended(): Message | undefined {
    return this.#ended;
  }

  add(kind: 'text' | 'thought', piece: string): void {
    this[kind] += piece;
    const now = performance.now();
    this.#thinking.take(kind, now);
    if (now - this.#keptAt < KEEP_EVERY_MS) return;
    this.#keptAt = now;
    this.#store.changeMessage(this.#id, this.#soFar(now));
  }

  /** Stores how the answer ended; only the first time counts. */
  end(ending: Omit<MessageChange, keyof Written>): Message {
    this.#ended ??= shown(storeEnding(this.#store, this.#id, { ...this.#soFar(performance.now()), ...ending }));
    return this.#ended;
  }

  #soFar(now: number): Written {
    const { text, thought } = this;
    return { text, thought, thoughtMs: this.#thinking.msAt(now) };
  }
}

/** Stores how an answer ended. Where there is no room for all of its text, that stays as it was last kept. */
export function storeEnding(store: ConversationStore, id: string, ending: MessageChange): StoredMessage {
  try {
    return store.changeMessage(id, ending);
  } catch (error) {
    if (!(error instanceof AppError && error.code === 'disk-full')) throw error;
    return store.changeMessage(id, { status: 'failed', error: faultOf(error) });
  }
}
