/**
 * Sleeps through most of a run before asking whether it is done. While a GPU promise is pending, Dawn in Node polls on
 * the main thread and keeps a core at 100 %; on a CPU adapter that is a core taken from the run itself.
 */

/** The share of the expected time that is slept. */
const SLEPT_SHARE = 0.9;
/** Shorter waits are not worth a timer, whose grain is a millisecond or so. */
const LEAST_MS = 8;

/** A run that is over so soon after the sleep was over before: it may have been much faster. */
const AT_ONCE_MS = 2;

export class Patience {
  /** Undefined for kinds that have run only once: a first run also compiles, which can take a minute. */
  readonly #expected = new Map<string, number | undefined>();

  /** Starts waiting for a run like earlier ones under `kind`; call the result when it is done. */
  async pause(kind: string): Promise<() => void> {
    const started = performance.now();
    const expected = this.#expected.get(kind);
    const sleep = (expected ?? 0) * SLEPT_SHARE;
    if (sleep >= LEAST_MS) await new Promise<void>((resolve) => setTimeout(resolve, sleep));
    const woken = performance.now();
    return () => {
      const now = performance.now();
      if (!this.#expected.has(kind)) this.#expected.set(kind, undefined);
      else if (expected === undefined) this.#expected.set(kind, now - started);
      else if (sleep >= LEAST_MS && now - woken <= AT_ONCE_MS) this.#expected.set(kind, expected / 2);
      // Follow a faster run at once, so that a slow one (a busy machine) does not make later ones oversleep.
      else this.#expected.set(kind, now - started < expected ? now - started : (expected + now - started) / 2);
    };
  }
}
