/** Keeps what a queue holds back for writing small, without ever letting the queue run dry. */

/** Bytes of writes that are waited for together. */
const BATCH_BYTES = 8 << 20;
/** Batches under way. Hearing that the queue is done takes milliseconds: by then it has others to do. */
const BATCHES = 4;

export class Backpressure {
  readonly #queue: GPUQueue;
  readonly #batches: Promise<unknown>[] = [];
  #bytes = 0;

  constructor(queue: GPUQueue) {
    this.#queue = queue;
  }

  /**
   * Counts bytes just given to `writeBuffer`. Resolves when few enough are under way; true where it had to wait, so that a
   * failure of the device may have come up.
   */
  async add(bytes: number): Promise<boolean> {
    this.#bytes += bytes;
    if (this.#bytes < BATCH_BYTES) return false;
    this.#bytes = 0;
    const done = this.#queue.onSubmittedWorkDone();
    // Also told by the device itself; without this, one that nobody comes to wait for would end the process.
    done.catch(() => undefined);
    this.#batches.push(done);
    if (this.#batches.length < BATCHES) return false;
    await this.#batches.shift();
    return true;
  }
}
