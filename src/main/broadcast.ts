/** One series of events for several followers, who come and go. */
import { Inbox } from '../engine/api/rpc/inbox.ts';

export class Broadcast<T> {
  readonly #inboxes = new Set<Inbox>();
  #ended = false;

  send(event: T): void {
    for (const inbox of this.#inboxes) inbox.push(event);
  }

  /** Followers get what was sent, then come to the end. */
  end(): void {
    this.#ended = true;
    for (const inbox of this.#inboxes) inbox.end();
  }

  /** Begins with `first`, taken at the same moment at which following begins; nothing comes twice or is missed. */
  async *follow(first: () => readonly T[], signal?: AbortSignal): AsyncGenerator<T, void, undefined> {
    const inbox = new Inbox();
    const leave = (): void => inbox.end();
    if (this.#ended || signal?.aborted) inbox.end();
    this.#inboxes.add(inbox);
    signal?.addEventListener('abort', leave);
    try {
      yield* first();
      // Only `send` fills it.
      yield* inbox.values() as AsyncGenerator<T, void, undefined>;
    } finally {
      signal?.removeEventListener('abort', leave);
      this.#inboxes.delete(inbox);
    }
  }
}
