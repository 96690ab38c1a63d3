/** Where an answer's tokens come from, one at a time, and how its reading is brought to what was delivered. */
import { EngineError } from '../api/errors.ts';
import type { LiveState } from '../rwkv7/sequenceModel.ts';
import type { Sampler } from '../sampling/sampler.ts';
import { HeldTokens } from './heldTokens.ts';
import type { Reading } from './reading.ts';
import type { Scheduler, SliceOptions } from './scheduler.ts';

export interface AnswerTokensParts<S extends LiveState> {
  /** Where the answer begins. From here on it belongs to the answer. */
  readonly reading: Reading<S>;
  readonly sampler: Sampler;
  readonly runSlice: Scheduler['run'];
  readonly slice: SliceOptions;
  readonly maxTokens: number;
}

export interface AnswerTokens<S extends LiveState> {
  /** What has been read: exact after `settle`. */
  readonly reading: Reading<S>;
  /** The next token. Nothing is noted: a token that ends the answer is none of it. */
  choose(): number;
  /** Makes the chosen token one of the answer; see `HeldTokens.add`. */
  add(token: number, text: string, clean: boolean): void;
  /** Notes that the caller got `units` more of the text. */
  deliver(units: number): void;
  /** Goes on behind the token added last, so that `choose` can be called again. @throws the signal's reason */
  advance(): Promise<void>;
  /** Brings the reading to exactly what was delivered, and gives all copies back. To be called once. */
  settle(encode: (text: string) => Iterable<number>): Promise<void>;
}

/** @throws EngineError `invalid-argument` where nothing was read that an answer could begin at */
export function logitsOf<S extends LiveState>({ logits }: Reading<S>): Float32Array<ArrayBuffer> {
  if (!logits)
    throw new EngineError('invalid-argument', 'The session cannot go on, as no text was read to its end.', {
      nextStep: 'Read a prompt first.',
    });
  return logits;
}

/** One token a slice, chosen on the host. */
export class SingleTokens<S extends LiveState> implements AnswerTokens<S> {
  readonly #parts: AnswerTokensParts<S>;
  readonly #held = new HeldTokens<Reading<S>>();
  #reading: Reading<S>;
  #last = 0;

  constructor(parts: AnswerTokensParts<S>) {
    this.#parts = parts;
    this.#reading = parts.reading;
  }

  get reading(): Reading<S> {
    return this.#reading;
  }

  choose(): number {
    return this.#parts.sampler.sample(logitsOf(this.#reading));
  }

  add(token: number, text: string, clean: boolean): void {
    this.#parts.sampler.accept(token);
    this.#held.add(token, text, clean);
    this.#last = token;
  }

  deliver(units: number): void {
    this.#held.deliver(units);
  }

  advance(): Promise<void> {
    return this.#parts.runSlice(async () => {
      if (this.#held.wantsCopy) this.#held.keepCopy(this.#reading.fork());
      await this.#reading.decode(this.#last);
      this.#held.markRead();
    }, this.#parts.slice);
  }

  async settle(encode: (text: string) => Iterable<number>): Promise<void> {
    const { runSlice, slice } = this.#parts;
    try {
      if (this.#reading.failure) return;
      const { from, tokens, text } = this.#held.restart();
      if (from) {
        const tooFar = this.#reading;
        this.#reading = from.fork();
        tooFar.dispose();
      }
      // Decode, as the first time: then the state has the same bits whether or not something was held back.
      for (const token of [...tokens, ...encode(text)])
        await runSlice(() => this.#reading.decode(token), { priority: slice.priority });
    } finally {
      this.#held.dispose();
    }
  }
}
