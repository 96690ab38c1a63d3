/**
 * One answer: sample, turn tokens into text, stop in time, and leave the state as if it had read the delivered text and
 * nothing else. A token that ends the answer is never read; for tokens read too early there is a copy to go back to.
 */
import { EngineError } from '../api/errors.ts';
import type { LiveState } from '../rwkv7/sequenceModel.ts';
import { createSampler, type Sampler } from '../sampling/sampler.ts';
import { StopMatcher } from '../sampling/stop.ts';
import { TokenTextDecoder } from '../tokenizer/textDecoder.ts';
import type { Tokenizer } from '../tokenizer/types.ts';
import { HeldTokens } from './heldTokens.ts';
import type { Reading } from './reading.ts';
import type { Scheduler } from './scheduler.ts';
import type { GenerateEvent, GenerateOptions } from './types.ts';

export interface AnswerParts<S extends LiveState> {
  /** Where the answer begins. From here on it belongs to the answer, until `settle` is done. */
  readonly reading: Reading<S>;
  readonly tokenizer: Tokenizer;
  /** Tokens that have no text; never chosen. */
  readonly unwritable: readonly number[];
  /** Tokens that the frequency penalty passes over, see `SamplerOptions`. */
  readonly uncounted: ReadonlySet<number>;
  readonly runSlice: Scheduler['run'];
  readonly options: GenerateOptions;
}

type End = Extract<GenerateEvent, { type: 'end' }>;
type Text = Extract<GenerateEvent, { type: 'text' }>;

const END_OF_TEXT = 0;

export class Answer<S extends LiveState> {
  readonly #parts: AnswerParts<S>;
  readonly #sampler: Sampler;
  readonly #decoder = new TokenTextDecoder();
  readonly #stops: StopMatcher;
  readonly #held = new HeldTokens<Reading<S>>();
  #reading: Reading<S>;
  #tokens = 0;

  /** @throws EngineError `invalid-argument`: an option is wrong, or no prompt was read, so that there is no beginning. */
  constructor(parts: AnswerParts<S>) {
    const { sampling, stop, stopAfter } = parts.options;
    checkMaxTokens(parts.options.maxTokens);
    this.#parts = parts;
    this.#reading = parts.reading;
    this.#logits();
    const banned = [...(sampling.banned ?? []), ...parts.unwritable];
    this.#sampler = createSampler({ ...sampling, banned }, { uncounted: parts.uncounted });
    this.#stops = new StopMatcher(stop, { after: stopAfter });
  }

  /** What has been read: exact after `settle`. */
  get reading(): Reading<S> {
    return this.#reading;
  }

  /** Delivers the text and returns how it ended. The state is exact only after `settle`. */
  async *run(): AsyncGenerator<Text, End, undefined> {
    const { signal, maxTokens } = this.#parts.options;
    while (!signal?.aborted) {
      if (this.#tokens === maxTokens) return yield* this.#complete('length');
      const token = this.#sampler.sample(this.#logits());
      this.#tokens++;
      if (token === END_OF_TEXT) return yield* this.#complete('stop');
      this.#sampler.accept(token);
      const stopText = yield* this.#deliver(token);
      if (stopText !== undefined) return this.#end('stop', stopText);
      if (!(await this.#read(token))) break;
    }
    return this.#end('cancelled');
  }

  /** Brings the state to exactly what was delivered. To be called once, however the answer ended. */
  async settle(): Promise<void> {
    const { tokenizer, runSlice, options } = this.#parts;
    try {
      if (this.#reading.failure) return;
      const { from, tokens, text } = this.#held.restart();
      if (from) {
        const tooFar = this.#reading;
        this.#reading = from.fork();
        tooFar.dispose();
      }
      // Decode, as the first time: then the state has the same bits whether or not something was held back.
      for (const token of [...tokens, ...tokenizer.encode(text)])
        await runSlice(() => this.#reading.decode(token), { priority: options.priority });
    } finally {
      this.#held.dispose();
    }
  }

  /** Turns a token into text and delivers what cannot belong to a stop text. Returns the stop text that it completed. */
  *#deliver(token: number): Generator<Text, string | undefined, undefined> {
    const decoded = this.#decoder.push(this.#parts.tokenizer.bytesOf(token));
    this.#held.add(token, decoded, this.#decoder.pendingBytes === 0);
    const { text, stopText } = this.#stops.push(decoded);
    yield* this.#text(text);
    return stopText;
  }

  /** The answer ended without a stop text, so what looked like the beginning of one is text. */
  *#complete(reason: 'stop' | 'length'): Generator<Text, End, undefined> {
    // Bytes of an incomplete character are dropped: no text stands for them, and `settle` takes them back.
    yield* this.#text(this.#stops.flush());
    return this.#end(reason);
  }

  *#text(text: string): Generator<Text, void, undefined> {
    this.#held.deliver(text.length);
    if (text !== '') yield { type: 'text', text };
  }

  #end(reason: End['reason'], stopText?: string): End {
    return { type: 'end', reason, stopText, tokens: this.#tokens };
  }

  /** Lets the state read a token; false when the signal was given. */
  async #read(token: number): Promise<boolean> {
    const { runSlice, options } = this.#parts;
    const { priority, signal } = options;
    const slice = async (): Promise<void> => {
      if (this.#held.wantsCopy) this.#held.keepCopy(this.#reading.fork());
      await this.#reading.decode(token);
      this.#held.markRead();
    };
    try {
      await runSlice(slice, { priority, signal });
      return true;
    } catch (error) {
      if (signal?.aborted && error === signal.reason) return false;
      throw error;
    }
  }

  #logits(): Float32Array<ArrayBuffer> {
    const { logits } = this.#reading;
    if (!logits)
      throw new EngineError('invalid-argument', 'The session cannot go on, as no text was read to its end.', {
        nextStep: 'Read a prompt first.',
      });
    return logits;
  }
}

function checkMaxTokens(maxTokens: number): void {
  if (!Number.isSafeInteger(maxTokens) || maxTokens < 0)
    throw new EngineError('invalid-argument', `maxTokens is ${maxTokens}; it must be a whole number, 0 or more.`, {
      nextStep: 'Correct the setting.',
    });
}
