/** When to start a process again that keeps crashing. */

export interface BackOffOptions {
  /** Crashes within `windowMs` after which there is no further start. */
  readonly mostCrashes: number;
  readonly windowMs: number;
  /** Before the first start again; doubles with each crash within the window. */
  readonly firstDelayMs: number;
}

export const DEFAULT_BACK_OFF: BackOffOptions = { mostCrashes: 5, windowMs: 60_000, firstDelayMs: 250 };

export class BackOff {
  readonly #options: BackOffOptions;
  #crashes: number[] = [];

  constructor(options: BackOffOptions) {
    this.#options = options;
  }

  /** Records a crash at `now`, in milliseconds. Returns how long to wait, or undefined when it is not worth another try. */
  crashed(now: number): number | undefined {
    const { mostCrashes, windowMs, firstDelayMs } = this.#options;
    this.#crashes = [...this.#crashes.filter((time) => now - time < windowMs), now];
    if (this.#crashes.length >= mostCrashes) return undefined;
    return firstDelayMs * 2 ** (this.#crashes.length - 1);
  }

  /** Somebody wants it tried again from the start. */
  reset(): void {
    this.#crashes = [];
  }
}
