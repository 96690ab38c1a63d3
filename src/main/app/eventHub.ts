/** Hands each event to everybody who watches. A watcher that is slow gets all events, later. */

export class EventHub<E> {
  readonly #watchers = new Set<(event: E) => void>();

  publish(event: E): void {
    for (const watcher of this.#watchers) watcher(event);
  }

  /**
   * The events from now on, after those of `first`, until the signal or the end of the loop.
   * @param first what a new watcher must know; asked when the watching begins
   */
  async *watch(first: () => readonly E[], signal?: AbortSignal): AsyncGenerator<E, void, undefined> {
    const waiting: E[] = [];
    let wake: (() => void) | undefined;
    const watcher = (event: E): void => {
      waiting.push(event);
      wake?.();
    };
    const stop = (): void => wake?.();
    // Before the first facts are told, so that no change falls in between.
    this.#watchers.add(watcher);
    signal?.addEventListener('abort', stop);
    try {
      yield* first();
      while (!signal?.aborted) {
        const event = waiting.shift();
        if (event !== undefined) yield event;
        else
          await new Promise<void>((resolve) => {
            wake = resolve;
          });
      }
    } finally {
      this.#watchers.delete(watcher);
      signal?.removeEventListener('abort', stop);
    }
  }
}
