/** How fast a document is being read: sizes the batches and tells the time that is left. */

/** A batch should take about this long, so that stopping and saving never wait longer. */
const BATCH_SECONDS = 1;
const FIRST_BATCH_TOKENS = 16;
/** Fewer tokens would waste a run of the model. */
const LEAST_BATCH_TOKENS = 16;
/** Weight of the newest batch in the running mean. */
const NEWEST = 0.3;

export class ReadingSpeed {
  readonly #maxBatchTokens: number;
  #tokensPerSecond = 0;
  #tokens = 0;

  constructor(maxBatchTokens: number) {
    this.#maxBatchTokens = maxBatchTokens;
  }

  /** Records that a batch of `tokens` took `seconds`. */
  add(tokens: number, seconds: number): void {
    if (tokens === 0) return;
    const now = tokens / Math.max(seconds, 1e-6);
    this.#tokensPerSecond = this.#tokens === 0 ? now : (1 - NEWEST) * this.#tokensPerSecond + NEWEST * now;
    this.#tokens += tokens;
  }

  /** Of late; 0 before the first batch. */
  get tokensPerSecond(): number {
    return this.#tokensPerSecond;
  }

  /** Tokens that the next batch should have. */
  get batchTokens(): number {
    const wanted = this.#tokens === 0 ? FIRST_BATCH_TOKENS : Math.ceil(this.#tokensPerSecond * BATCH_SECONDS);
    return Math.min(Math.max(wanted, LEAST_BATCH_TOKENS), this.#maxBatchTokens);
  }

  /** Seconds that the next batch should take; 0 before the first. */
  get batchSeconds(): number {
    return this.#tokens === 0 ? 0 : this.batchTokens / this.#tokensPerSecond;
  }

  /** Seconds for `tokens` more; 0 before the first batch. */
  secondsFor(tokens: number): number {
    return this.#tokensPerSecond === 0 ? 0 : tokens / this.#tokensPerSecond;
  }
}
