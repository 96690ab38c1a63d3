/**
 * Sleeps through most of a run before asking whether it is done. While a GPU promise is pending, Dawn in Node polls on
 * the main thread and keeps a core at 100 %; on a CPU adapter that is a core taken from the run itself.
 */

/** The share of the expected time that is slept. */
const SLEPT_SHARE = 0.9;
/** Shorter waits are not worth a timer, whose grain is a millisecond or so. */
const LEAST_MS = 8;

export class Patience {
  readonly #expected = new Map<string, number>();

  /** Starts waiting for a run like earlier ones under `kind`; call the result when it is done. */
  async pause(kind: string): Promise<() => void> {
    const started = performance.now();
    const expected = this.#expected.get(kind) ?? 0;
    const sleep = expected * SLEPT_SHARE;
    if (sleep >= LEAST_MS) await new Promise<void>((resolve) => setTimeout(resolve, sleep));
    return () => {
      const taken = performance.now() - started;
      // Follow a faster run at once, so that a slow one (a busy machine) does not make later ones oversleep.
      this.#expected.set(kind, taken < expected || expected === 0 ? taken : (expected + taken) / 2);
    };
  }
}
