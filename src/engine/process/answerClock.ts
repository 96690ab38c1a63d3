/** Measures one answer, for the details that are shown with it. */
import type { AnswerDetails } from '../api/schemas.ts';

export class AnswerClock {
  readonly #startedAt = performance.now();
  #readingSince = this.#startedAt;
  #readAt: number | undefined;
  #promptTokens = 0;
  #firstTextAt: number | undefined;
  #writtenAt: number | undefined;

  /** The reading of the prompt begins; without it, it began with the clock. */
  reading(): void {
    this.#readingSince = performance.now();
  }

  /** The prompt has been read. */
  promptRead(tokens: number): void {
    this.#promptTokens = tokens;
    this.#readAt = performance.now();
  }

  /** A piece of text came. */
  text(): void {
    this.#firstTextAt ??= performance.now();
  }

  /** The last piece of text came; without it, it comes when the details are asked for. */
  written(): void {
    this.#writtenAt = performance.now();
  }

  /** Of an answer of so many sampled tokens. */
  details(tokens: number): AnswerDetails {
    const now = this.#writtenAt ?? performance.now();
    const readAt = this.#readAt ?? now;
    return {
      tokens,
      promptTokens: this.#promptTokens,
      tokensPerSecond: rate(tokens, now - readAt),
      promptTokensPerSecond: rate(this.#promptTokens, readAt - this.#readingSince),
      firstTextMs: (this.#firstTextAt ?? now) - this.#startedAt,
    };
  }
}

const rate = (count: number, milliseconds: number): number => (milliseconds > 0 ? (1000 * count) / milliseconds : 0);
