/** How long an answer was thought about: from the first piece of the thought to the first one of the text. */

export class ThinkingTime {
  #since: number | undefined;
  #until: number | undefined;

  /** @param now in milliseconds, as for `msAt` */
  take(kind: 'text' | 'thought', now: number): void {
    if (kind === 'thought') this.#since ??= now;
    else if (this.#since !== undefined) this.#until ??= now;
  }

  /** Null where nothing was thought. */
  msAt(now: number): number | null {
    return this.#since === undefined ? null : Math.round((this.#until ?? now) - this.#since);
  }
}
