/**
 * The bookkeeping of an answer whose state runs ahead of what is known of it: which tokens there are, how much of their
 * text was delivered, and which copies of the state were kept on the way. At the end it says how to get to a state that
 * has seen exactly the delivered text. It runs no model. Tokens are counted from the beginning of the answer; texts in
 * UTF-16 units.
 */
import { assert } from '../api/errors.ts';

/** A copy of the state after so many tokens of the answer. */
export interface RunCopy<C> {
  readonly read: number;
  readonly copy: C;
}

/** The way to the state that has seen what was delivered. */
export interface WayBack<C> {
  /** Where to start; undefined: the live state. Stays owned by the log. */
  readonly from: RunCopy<C> | undefined;
  /** Then read these tokens, which were delivered whole, … */
  readonly tokens: readonly number[];
  /** … and then this text: the delivered part of a token that was not delivered whole. */
  readonly text: string;
}

/**
 * The most copies at a time: before the run whose tokens are being delivered, before the one under way behind it, and
 * one for text that is held back meanwhile. With fewer, more tokens are read again at the end.
 */
const MOST_COPIES = 3;

export class RunLog<C> {
  /** All tokens of the answer that are known. */
  readonly #tokens: number[] = [];
  /** Of the tokens from `#start` on, all before being delivered whole: their texts, and whether a character is open. */
  readonly #open: { readonly text: string; readonly clean: boolean }[] = [];
  /** Tokens that were delivered whole and end with a whole character: where a state can stand. */
  #whole = 0;
  /** Units delivered of the texts in `#open`. */
  #delivered = 0;
  readonly #copies: RunCopy<C>[] = [];
  /** Copies that are not needed any more; to be overwritten. */
  readonly #spares: C[] = [];

  /** The tokens of the answer so far. */
  get tokens(): readonly number[] {
    return this.#tokens;
  }

  /** Notes a token with what the text decoder gave for it; `clean`: no character is incomplete after it. */
  add(token: number, text: string, clean: boolean): void {
    this.#tokens.push(token);
    this.#open.push({ text, clean });
  }

  /** Notes that the caller got `units` more of the text. */
  deliver(units: number): void {
    this.#delivered += units;
    let length = 0;
    let whole = 0;
    let wholeLength = 0;
    for (const [i, { text, clean }] of this.#open.entries()) {
      length += text.length;
      if (length > this.#delivered) break;
      if (clean) [whole, wholeLength] = [i + 1, length];
    }
    this.#open.splice(0, whole);
    this.#whole += whole;
    this.#delivered -= wholeLength;
    this.#giveUpOldCopies();
  }

  /** Whether `keepCopy` should be called before the state reads on. */
  get wantsCopy(): boolean {
    return this.#copies.length < MOST_COPIES;
  }

  /** A copy that may be overwritten, if there is one. */
  takeSpare(): C | undefined {
    return this.#spares.pop();
  }

  /** Takes over a copy of the state after `read` tokens. Later copies have read more. */
  keepCopy(read: number, copy: C): void {
    assert(read > (this.#copies.at(-1)?.read ?? -1), 'copies are made in order');
    this.#copies.push({ read, copy });
  }

  /** The copy after exactly so many tokens, if there is one. */
  copyAt(read: number): C | undefined {
    return this.#copies.find((copy) => copy.read === read)?.copy;
  }

  /** The way from here, where the live state has read `read` tokens of the answer. */
  wayBack(read: number): WayBack<C> {
    const text = this.#open
      .map((item) => item.text)
      .join('')
      .slice(0, this.#delivered);
    if (read <= this.#whole) return { from: undefined, tokens: this.#tokens.slice(read, this.#whole), text };
    const from = this.#copies.findLast((copy) => copy.read <= this.#whole);
    assert(from, 'there is a way back');
    return { from, tokens: this.#tokens.slice(from.read, this.#whole), text };
  }

  /** Hands all copies over, for disposal. */
  takeAll(): C[] {
    return [...this.#copies.splice(0).map(({ copy }) => copy), ...this.#spares.splice(0)];
  }

  /** Keeps the latest copy from which the whole tokens can be reached, and those after it. */
  #giveUpOldCopies(): void {
    const start = this.#copies.findLastIndex((copy) => copy.read <= this.#whole);
    if (start > 0) this.#spares.push(...this.#copies.splice(0, start).map(({ copy }) => copy));
  }
}
