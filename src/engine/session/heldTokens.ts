/**
 * The tokens of an answer whose text is not all delivered: a character is incomplete, or a stop text may have begun.
 * It says when to keep a copy of what has been read, and, at the end of the answer, how to get from the latest useful
 * copy to a state that has seen exactly the delivered text. It runs no model.
 *
 * Texts are counted in UTF-16 units of the decoded text. A token ends `clean` when no character is incomplete after it;
 * only there can a state stand for a text.
 */
import { assert } from '../api/errors.ts';

/** The way to the state that has seen what was delivered. */
export interface Restart<C> {
  /** Where to start; undefined: the live state. */
  readonly from: C | undefined;
  /** Then read these tokens, which were delivered whole, … */
  readonly tokens: readonly number[];
  /** … and then this text: the delivered part of a token that was not delivered whole. */
  readonly text: string;
}

interface HeldToken<C> {
  readonly token: number;
  /** What the text decoder gave when this token was pushed. */
  readonly text: string;
  readonly clean: boolean;
  /** The copy made before the state read this token. */
  copy: C | undefined;
}

/**
 * At most so many copies exist at a time. One is enough to be exact; the second lets the first be given up while text
 * is held back all the time (an answer of nothing but line breaks), so that few tokens are ever read again.
 */
const MAX_COPIES = 2;

export class HeldTokens<C extends { dispose(): void }> {
  readonly #items: HeldToken<C>[] = [];
  /** Delivered units of the text of `#items`. */
  #delivered = 0;
  /** Whether the live state has read the last item. */
  #lastRead = true;

  /** Notes a sampled token, not yet read by the state. */
  add(token: number, text: string, clean: boolean): void {
    assert(this.#lastRead, 'tokens are read in order');
    this.#items.push({ token, text, clean, copy: undefined });
    this.#lastRead = false;
  }

  /** Notes that the caller got `units` more of the text. */
  deliver(units: number): void {
    this.#delivered += units;
    this.#giveUpOldCopies();
  }

  /** Whether `keepCopy` should be called before the state reads the last token. */
  get wantsCopy(): boolean {
    const startsClean = this.#items.at(-2)?.clean ?? true;
    return startsClean && this.#wholeCount() < this.#items.length && this.#copies() < MAX_COPIES;
  }

  /** Takes over `copy`, a copy of what was read before the last token. */
  keepCopy(copy: C): void {
    const last = this.#items.at(-1);
    assert(last && !this.#lastRead && !last.copy, 'a copy is made before the token is read');
    last.copy = copy;
  }

  /** Notes that the live state has read the last token. */
  markRead(): void {
    this.#lastRead = true;
    if (this.#wholeCount() === this.#items.length) this.#drop(this.#items.length);
    assert(this.#items.length === 0 || this.#items[0]?.copy, 'there is a way back');
  }

  /** How to reach the state that has seen exactly what was delivered. The copy stays owned by this object. */
  restart(): Restart<C> {
    const whole = this.#wholeCount();
    const read = this.#items.length - (this.#lastRead ? 0 : 1);
    const text = this.#items
      .slice(whole)
      .map((item) => item.text)
      .join('');
    const partial = text.slice(0, this.#delivered - this.#textLength(whole));
    const tokensTo = (start: number): number[] => this.#items.slice(start, whole).map((item) => item.token);
    if (read <= whole) return { from: undefined, tokens: tokensTo(read), text: partial };
    return { from: this.#items[0]?.copy, tokens: tokensTo(0), text: partial };
  }

  /** Disposes all copies. */
  dispose(): void {
    this.#drop(this.#items.length);
  }

  /** Leading tokens that were delivered whole and end clean. */
  #wholeCount(): number {
    let length = 0;
    let whole = 0;
    for (const [i, item] of this.#items.entries()) {
      length += item.text.length;
      if (length > this.#delivered) break;
      if (item.clean) whole = i + 1;
    }
    return whole;
  }

  /** Drops the tokens before the latest copy at which everything was delivered. */
  #giveUpOldCopies(): void {
    const start = this.#items.findLastIndex((item, i) => item.copy && i <= this.#wholeCount());
    if (start > 0) this.#drop(start);
  }

  #drop(count: number): void {
    this.#delivered -= this.#textLength(count);
    for (const item of this.#items.splice(0, count)) item.copy?.dispose();
  }

  #copies(): number {
    return this.#items.filter((item) => item.copy).length;
  }

  #textLength(count: number): number {
    return this.#items.slice(0, count).reduce((sum, item) => sum + item.text.length, 0);
  }
}
