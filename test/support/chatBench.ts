/** Conversations on a real database with an engine in memory, put together as the app does it. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import type { ConversationNews } from '../../src/main/api/contract.ts';
import type { Message, TurnEvent } from '../../src/main/api/conversations.ts';
import { Conversations } from '../../src/main/conversations/conversations.ts';
import { ConversationStore } from '../../src/main/conversations/conversationStore.ts';
import { isSnapshotUsed } from '../../src/main/conversations/snapshotUse.ts';
import { Turns } from '../../src/main/conversations/turns.ts';
import { SnapshotDisposal } from '../../src/main/snapshotDisposal.ts';
import { openDatabase } from '../../src/main/store/database.ts';
import { FakeChatEngine } from './fakeChatEngine.ts';

export class ChatBench {
  readonly #own: string | undefined;
  readonly engine = new FakeChatEngine();
  readonly db: DatabaseSync;
  readonly store: ConversationStore;
  readonly disposal: SnapshotDisposal;
  readonly conversations: Conversations;
  readonly turns: Turns;
  /** Tokens a second. */
  readonly measured: number[] = [];
  /** What windows would have heard. */
  readonly news: ConversationNews[] = [];

  /** @param folder of the database; left out, one is made that `close` removes */
  constructor(folder?: string) {
    this.#own = folder === undefined ? mkdtempSync(join(tmpdir(), 'anser-chat-')) : undefined;
    this.db = openDatabase(join(folder ?? this.#own ?? '', 'anser.db'));
    this.store = new ConversationStore(this.db);
    this.disposal = new SnapshotDisposal(this.db, this.engine, (id) => isSnapshotUsed(this.db, id));
    this.conversations = new Conversations({
      store: this.store,
      freed: () => {},
      tell: (news) => this.news.push(news),
      settings: () => ({ systemPrompt: '', think: 'off', sampling: { preset: 'chat', custom: null } }),
    });
    this.turns = new Turns({
      ...{ store: this.store, engine: this.engine, maxTokens: () => 100 },
      changed: (id) => this.conversations.tell(id),
      speed: { measured: (speed) => this.measured.push(speed), secondsFor: (tokens) => tokens / 10 },
      answered: (id) => this.conversations.answered(id),
    });
  }

  close(): void {
    this.db.close();
    if (this.#own !== undefined) rmSync(this.#own, { recursive: true });
  }

  /** Says something at the end of the branch that is shown. */
  async say(conversationId: string, text: string, signal?: AbortSignal): Promise<Message> {
    const parentId = this.conversations.get(conversationId).headId;
    return answerOf(await eventsOf(this.turns.send({ conversationId, parentId, text }, signal)));
  }

  /** Snapshots that the engine keeps and nothing needs, after those that are noted were deleted. */
  async strays(): Promise<string[]> {
    await this.disposal.dispose();
    return [...this.engine.snapshots.keys()].filter((id) => !isSnapshotUsed(this.db, id));
  }
}

export async function eventsOf(events: AsyncIterable<TurnEvent>): Promise<TurnEvent[]> {
  const all: TurnEvent[] = [];
  for await (const event of events) all.push(event);
  return all;
}

export function answerOf(events: readonly TurnEvent[]): Message {
  const last = events.at(-1);
  if (last?.type !== 'end') throw new Error('The turn did not end.');
  return last.answer;
}
