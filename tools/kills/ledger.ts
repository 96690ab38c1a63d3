/** What a client of the app was shown as done, and what must therefore still be there after a kill. */
import type { AppApi } from '../../src/main/api/contract.ts';
import type { Conversation, Message } from '../../src/main/api/conversations.ts';

interface Seen {
  readonly conversationId: string;
  readonly message: Message;
}

export class Ledger {
  readonly #messages = new Map<string, Seen>();
  /** Names by id. */
  readonly #states = new Map<string, string>();
  /** What was said after a state, by the state's id. */
  readonly #continuations = new Map<string, string>();

  /** A message as it was shown when it was finished. */
  finished(conversationId: string, message: Message): void {
    this.#messages.set(message.id, { conversationId, message });
  }

  saved(id: string, name: string): void {
    this.#states.set(id, name);
  }

  get counts(): { messages: number; states: number } {
    return { messages: this.#messages.size, states: this.#states.size };
  }

  /** In the order of saving. */
  get stateIds(): readonly string[] {
    return [...this.#states.keys()];
  }

  /** What was said after a state for the first time; `text` if this is it. */
  continuation(id: string, text: string): string {
    const known = this.#continuations.get(id) ?? text;
    this.#continuations.set(id, known);
    return known;
  }

  /** What of it the app does not have any more. */
  async violations(app: Pick<AppApi, 'getConversation' | 'listStates'>): Promise<string[]> {
    const found: string[] = [];
    const conversations = new Map<string, Conversation>();
    for (const { conversationId } of this.#messages.values())
      if (!conversations.has(conversationId))
        conversations.set(conversationId, await app.getConversation({ id: conversationId }));
    const kept = new Map([...conversations.values()].flatMap(({ messages }) => messages.map((own) => [own.id, own])));
    for (const { message } of this.#messages.values()) {
      const own = kept.get(message.id);
      if (own?.text !== message.text || own.status !== message.status || own.parentId !== message.parentId)
        found.push(`message ${message.id}: shown "${message.text}" ${message.status}, kept ${JSON.stringify(own)}`);
    }
    for (const { id, status } of kept.values())
      if (status === 'writing') found.push(`message ${id} is said to be written still`);
    return [...found, ...(await this.#missingStates(app))];
  }

  async #missingStates(app: Pick<AppApi, 'listStates'>): Promise<string[]> {
    const { states } = await app.listStates({});
    return [...this.#states].flatMap(([id, name]) => {
      const kept = states.find((state) => state.id === id);
      return kept?.name === name && kept.usable === 'yes' ? [] : [`state ${name}: ${kept?.usable ?? 'is gone'}`];
    });
  }
}
