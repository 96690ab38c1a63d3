/** How far the app has shown a reading to be, and how much of that is read again after a kill. */
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import type { AppApi } from '../../src/main/api/contract.ts';

const RETRY_MS = 100;

export interface Shown {
  /** `performance.now()`. */
  readonly at: number;
  readonly tokens: number;
  /** As it was shown; 0 where a reading goes on and nothing was shown yet. */
  readonly tokensPerSecond: number;
}

export interface Repeated {
  readonly tokens: number;
  /** From the last moment at which no more than what is left had been shown, until the kill: work on the way counts, too. */
  readonly seconds: number;
  /** For the tokens, at the speed that was shown last. */
  readonly secondsBySpeed: number;
}

/** What is read again when a reading of which `shown` was seen goes on at `tokens`. */
export function repeated(shown: readonly Shown[], tokens: number, killedAt: number): Repeated {
  const seen = shown.filter(({ at }) => at <= killedAt);
  const last = seen.findLast(({ tokensPerSecond }) => tokensPerSecond > 0);
  const kept = seen.findLast((place) => place.tokens <= tokens) ?? seen[0];
  const again = Math.max(0, (last?.tokens ?? tokens) - tokens);
  return {
    tokens: again,
    seconds: kept ? (killedAt - kept.at) / 1000 : 0,
    secondsBySpeed: last ? again / last.tokensPerSecond : 0,
  };
}

/** Follows the reading of one document as a window does, and has it go on whenever it was paused. */
export class ShownReading {
  readonly #app: AppApi;
  readonly #id: string;
  readonly #stop = new AbortController();
  readonly #running: Promise<void>;
  readonly #news = new EventTarget();
  #shown: Shown[] = [];

  constructor(app: AppApi, documentId: string) {
    this.#app = app;
    this.#id = documentId;
    this.#running = this.#followOn();
  }

  /** What was shown so far; from now on it is another reading, which went on where the first one was saved. */
  cut(): readonly Shown[] {
    const shown = this.#shown;
    this.#shown = [];
    return shown;
  }

  /** The reading goes on at `tokens`, where its work begins now. */
  begins(tokens: number): void {
    this.#shown.unshift({ at: performance.now(), tokens, tokensPerSecond: 0 });
  }

  /** The first progress that is shown since the last `cut`. @throws Error when none comes within `mostMs` */
  async first(mostMs: number): Promise<Shown> {
    const signal = AbortSignal.timeout(mostMs);
    for (;;) {
      const first = this.#shown.find(({ tokensPerSecond }) => tokensPerSecond > 0);
      if (first) return first;
      await once(this.#news, 'shown', { signal }).catch((error: unknown) => {
        throw new Error(`The reading did not go on within ${mostMs / 1000} s.`, { cause: error });
      });
    }
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#running;
  }

  async #followOn(): Promise<void> {
    const { signal } = this.#stop;
    while (!signal.aborted) {
      // A killed process answers nobody; how far the reading was shown to be is known all the same.
      await this.#follow(signal).catch(() => undefined);
      await delay(RETRY_MS, undefined, { signal }).catch(() => undefined);
    }
  }

  async #follow(signal: AbortSignal): Promise<void> {
    await this.#app.startReading({ id: this.#id, focus: '', summarise: false });
    for await (const event of this.#app.followReading({ id: this.#id }, signal)) {
      if (event.type !== 'progress') continue;
      const { tokens, tokensPerSecond } = event.progress;
      this.#shown.push({ at: performance.now(), tokens, tokensPerSecond });
      this.#news.dispatchEvent(new Event('shown'));
    }
  }
}
