/** What a client of the app was shown as done, and what must therefore still be there after a kill. */
import type { AppApi } from '../../src/main/api/contract.ts';
import type { Message } from '../../src/main/api/conversations.ts';

interface Seen {
  readonly conversationId: string;
  readonly message: Message;
}

interface Place {
  /** `performance.now()`. */
  readonly at: number;
  readonly tokens: number;
}

export class Ledger {
  readonly #messages = new Map<string, Seen>();
  /** Names by id. */
  readonly #states = new Map<string, string>();
  #places: Place[] = [];

  /** A message as it was shown when it was finished. */
  finished(conversationId: string, message: Message): void {
    this.#messages.set(message.id, { conversationId, message });
  }

  saved(id: string, name: string): void {
    this.#states.set(id, name);
  }

  /** How far the reading was shown to be. */
  place(tokens: number): void {
    this.#places.push({ at: performance.now(), tokens });
  }

  get counts(): { messages: number; states: number } {
    return { messages: this.#messages.size, states: this.#states.size };
  }

  /** Seconds of reading that are done again when it goes on at `tokens`, and forgets what came later. */
  repeatedSeconds(tokens: number, killedAt: number): number {
    const shown = this.#places.filter(({ at }) => at <= killedAt);
    const later = shown.find((place) => place.tokens > tokens);
    this.#places = [{ at: performance.now(), tokens }];
    return later === undefined ? 0 : (killedAt - later.at) / 1000;
  }

  /** What of it the app does not have any more. */
  async violations(app: AppApi): Promise<string[]> {
    const found: string[] = [];
    const conversations = new Map<string, Map<string, Message>>();
    for (const { conversationId, message } of this.#messages.values()) {
      let messages = conversations.get(conversationId);
      if (!messages) {
        const conversation = await app.getConversation({ id: conversationId });
        messages = new Map(conversation.messages.map((own) => [own.id, own]));
        conversations.set(conversationId, messages);
      }
      const kept = messages.get(message.id);
      if (kept?.text !== message.text || kept.status !== message.status)
        found.push(`message ${message.id}: shown "${message.text}" ${message.status}, kept ${JSON.stringify(kept)}`);
    }
    const { states } = await app.listStates({});
    for (const [id, name] of this.#states) {
      const kept = states.find((state) => state.id === id);
      if (kept?.name !== name || kept.usable !== 'yes') found.push(`state ${name}: ${kept?.usable ?? 'is gone'}`);
    }
    return found;
  }
}
