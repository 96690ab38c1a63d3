/**
 * Finds the texts that end an answer in a stream of pieces. Text that may be the beginning of a stop text is held back
 * until it is clear; nothing of a stop text is ever delivered.
 */
import { EngineError } from '../api/errors.ts';

export interface StopStep {
  /** Text that is certain to belong to the answer. */
  readonly text: string;
  /** The stop text that was completed: the answer is over. */
  readonly stopText: string | undefined;
}

export interface StopMatcherOptions {
  /**
   * Stop texts count only after this text, e.g. `</think>`: a thought may hold what would end an answer.
   */
  readonly after?: string | undefined;
}

export class StopMatcher {
  readonly #stops: readonly string[];
  /** The text still to come before stop texts count; '' once they do. */
  #after: string;
  /** Delivered text that may be the beginning of `#after`. */
  #seen = '';
  #held = '';
  #stopText: string | undefined;

  /** @throws EngineError `invalid-argument` for an empty stop text, which would end every answer at once */
  constructor(stops: readonly string[], { after = '' }: StopMatcherOptions = {}) {
    if (stops.includes(''))
      throw new EngineError('invalid-argument', 'A stop text is empty.', { nextStep: 'Leave it out.' });
    this.#stops = stops;
    this.#after = after;
  }

  /**
   * Takes the next piece. Of several stop texts that which is completed first counts, of those completed together the
   * longest; so the result does not depend on how the text is cut. After a match every piece is dropped.
   */
  push(piece: string): StopStep {
    if (this.#stopText !== undefined) return { text: '', stopText: this.#stopText };
    const exempt = this.#takeExempt(piece);
    this.#held += piece.slice(exempt.length);
    const match = firstCompleted(this.#held, this.#stops);
    const length = match ? match.start : this.#held.length - this.#longestBeginning();
    const text = exempt + this.#held.slice(0, length);
    this.#held = match ? '' : this.#held.slice(length);
    this.#stopText = match?.stop;
    return { text, stopText: match?.stop };
  }

  /** The answer ended without a stop text: returns what was held back. */
  flush(): string {
    const text = this.#held;
    this.#held = '';
    return text;
  }

  /** The part of `piece` up to the end of `#after`; all of it while that has not come. */
  #takeExempt(piece: string): string {
    if (this.#after === '') return '';
    const seen = this.#seen + piece;
    const start = seen.indexOf(this.#after);
    if (start === -1) {
      this.#seen = seen.slice(-this.#after.length);
      return piece;
    }
    const exempt = piece.slice(0, start + this.#after.length - this.#seen.length);
    this.#after = '';
    return exempt;
  }

  /** The length of the longest end of the held text that is the beginning of a stop text. */
  #longestBeginning(): number {
    const longest = Math.max(0, ...this.#stops.map((stop) => stop.length - 1));
    for (let length = Math.min(longest, this.#held.length); length > 0; length--) {
      const end = this.#held.slice(-length);
      if (this.#stops.some((stop) => stop.startsWith(end))) return length;
    }
    return 0;
  }
}

function firstCompleted(text: string, stops: readonly string[]): { start: number; stop: string } | undefined {
  const matches = stops.map((stop) => ({ stop, start: text.indexOf(stop) })).filter(({ start }) => start !== -1);
  matches.sort((a, b) => a.start + a.stop.length - (b.start + b.stop.length) || b.stop.length - a.stop.length);
  return matches[0];
}
