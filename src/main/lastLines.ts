/** The last lines that a process has printed, for reports of its crash. */
import type { Readable } from 'node:stream';
import { createInterface } from 'node:readline';

const MOST_LINES = 200;
const LONGEST_LINE = 1000;

export class LastLines {
  readonly #lines: string[] = [];

  /**
   * Takes the lines of a stream from here on; without a reader a process would stop when the pipe is full. Resolves at the
   * stream's end.
   */
  async follow(stream: Readable | null): Promise<void> {
    if (!stream) return;
    for await (const line of createInterface({ input: stream, crlfDelay: Infinity })) {
      this.#lines.push(line.slice(0, LONGEST_LINE));
      if (this.#lines.length > MOST_LINES) this.#lines.shift();
    }
  }

  get text(): string {
    return this.#lines.join('\n');
  }
}
