/** Values that arrive when they arrive, taken one after another by one reader. */
export class Inbox<T = unknown> {
  readonly #values: T[] = [];
  #failure: { readonly error: unknown } | undefined;
  #ended = false;
  #wake: (() => void) | undefined;

  /** Nothing more will arrive. */
  get ended(): boolean {
    return this.#ended;
  }

  push(value: T): void {
    this.#values.push(value);
    this.#wake?.();
  }

  end(): void {
    this.#ended = true;
    this.#wake?.();
  }

  fail(error: unknown): void {
    this.#failure ??= { error };
    this.end();
  }

  /** What arrived before the end or the failure comes first. */
  async *values(): AsyncGenerator<T, void, undefined> {
    for (;;) {
      // Again and again: more may arrive, and the end too, while a value is being looked at.
      while (this.#values.length > 0) yield* this.#values.splice(0);
      if (this.#failure) throw this.#failure.error;
      if (this.#ended) return;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }
}
