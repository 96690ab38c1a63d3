/** Reads some pieces of a file ahead of their use: while one is on its way to the device, the next are being read. */

/** Pieces whose memory exists at a time. */
const SLOTS = 4;

export class ReadAhead {
  readonly #buffers: Uint8Array<ArrayBuffer>[] = [];
  /** When the last piece in each slot has been used. */
  readonly #used: Promise<void>[] = Array.from({ length: SLOTS }, () => Promise.resolve());
  #last: Promise<void> = Promise.resolve();
  #count = 0;

  /**
   * Starts reading a piece as soon as the piece four before it has been used; resolves then.
   * @param read may return memory of `buffer`, which holds at least `byteLength` bytes until the piece has been used
   * @param use gets the piece when all pieces before have been used
   * @throws what any `read` or `use` before has thrown; nothing is used after that
   */
  async add<T>(
    byteLength: number,
    read: (buffer: Uint8Array<ArrayBuffer>) => Promise<T>,
    use: (piece: T) => void | Promise<void>,
  ): Promise<void> {
    const slot = this.#count++ % SLOTS;
    await this.#used[slot];
    const reading = read(this.#buffer(slot, byteLength));
    const used = this.#inTurn(this.#last, reading, use);
    // Whoever comes next is told of a failure.
    used.catch(() => undefined);
    this.#last = this.#used[slot] = used;
  }

  async #inTurn<T>(before: Promise<void>, reading: Promise<T>, use: (piece: T) => void | Promise<void>): Promise<void> {
    // Both are over before the slot is free, also where one of them fails.
    const [piece, previous] = await Promise.allSettled([reading, before]);
    if (previous.status === 'rejected') throw previous.reason;
    if (piece.status === 'rejected') throw piece.reason;
    await use(piece.value);
  }

  #buffer(slot: number, byteLength: number): Uint8Array<ArrayBuffer> {
    const buffer = this.#buffers[slot];
    if (buffer && buffer.length >= byteLength) return buffer;
    return (this.#buffers[slot] = new Uint8Array(byteLength));
  }

  /** Waits until all pieces have been used. @throws as `add` */
  async finish(): Promise<void> {
    await this.#last;
  }
}
