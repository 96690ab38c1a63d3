/**
 * One answer: sample, turn tokens into text, stop in time, and leave the state as if it had read the delivered text and
 * nothing else. A token that ends the answer is never read; for tokens read too early there is a copy to go back to.
 */
import { EngineError } from '../api/errors.ts';
import type { LiveState } from '../rwkv7/sequenceModel.ts';
import { createSampler } from '../sampling/sampler.ts';
import { StopMatcher } from '../sampling/stop.ts';
import { TokenTextDecoder } from '../tokenizer/textDecoder.ts';
import type { Tokenizer } from '../tokenizer/types.ts';
import { logitsOf, SingleTokens, type AnswerTokens } from './answerTokens.ts';
import type { Reading } from './reading.ts';
import { RunTokens } from './runTokens.ts';
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

/** The end of an answer that was cancelled before its first token. */
export const CANCELLED: End = { type: 'end', reason: 'cancelled', stopText: undefined, tokens: 0 };

const END_OF_TEXT = 0;

export class Answer<S extends LiveState> {
  readonly #parts: AnswerParts<S>;
  readonly #source: AnswerTokens<S>;
  readonly #decoder = new TokenTextDecoder();
  readonly #stops: StopMatcher;
  #tokens = 0;

  /** @throws EngineError `invalid-argument`: an option is wrong, or no prompt was read, so that there is no beginning. */
  constructor(parts: AnswerParts<S>) {
    const { reading, runSlice } = parts;
    const { sampling, stop, stopAfter, maxTokens, priority, signal } = parts.options;
    checkMaxTokens(maxTokens);
    this.#parts = parts;
    logitsOf(reading);
    const banned = [...(sampling.banned ?? []), ...parts.unwritable];
    const sampler = createSampler({ ...sampling, banned }, { uncounted: parts.uncounted });
    const source = { reading, sampler, runSlice, slice: { priority, signal }, maxTokens };
    this.#source = reading.runs ? new RunTokens(source, reading.runs) : new SingleTokens(source);
    this.#stops = new StopMatcher(stop, { after: stopAfter });
  }

  /** What has been read: exact after `settle`. */
  get reading(): Reading<S> {
    return this.#source.reading;
  }

  /** Delivers the text and returns how it ended. The state is exact only after `settle`. */
  async *run(): AsyncGenerator<Text, End, undefined> {
    const { signal, maxTokens } = this.#parts.options;
    while (!signal?.aborted) {
      if (this.#tokens === maxTokens) return yield* this.#complete('length');
      const token = this.#source.choose();
      this.#tokens++;
      if (token === END_OF_TEXT) return yield* this.#complete('stop');
      const stopText = yield* this.#deliver(token);
      if (stopText !== undefined) return this.#end('stop', stopText);
      if (!(await this.#advance())) break;
    }
    return this.#end('cancelled');
  }

  /** Brings the state to exactly what was delivered. To be called once, however the answer ended. */
  settle(): Promise<void> {
    return this.#source.settle((text) => this.#parts.tokenizer.encode(text));
  }

  /** Turns a token into text and delivers what cannot belong to a stop text. Returns the stop text that it completed. */
  *#deliver(token: number): Generator<Text, string | undefined, undefined> {
    const decoded = this.#decoder.push(this.#parts.tokenizer.bytesOf(token));
    this.#source.add(token, decoded, this.#decoder.pendingBytes === 0);
    const { text, stopText } = this.#stops.push(decoded);
    yield* this.#text(text);
    return stopText;
  }

  /** The answer ended without a stop text, so what looked like the beginning of one is text. */
  *#complete(reason: 'stop' | 'length'): Generator<Text, End, undefined> {
    const rest = this.#stops.flush();
    // Bytes of an incomplete character are dropped: no text stands for them, and `settle` takes them back. So is the blank
    // line before an end of text: the next turn brings its own, and would else begin with two.
    yield* this.#text(reason === 'stop' ? rest.trimEnd() : rest);
    return this.#end(reason);
  }

  *#text(text: string): Generator<Text, void, undefined> {
    this.#source.deliver(text.length);
    if (text !== '') yield { type: 'text', text };
  }

  #end(reason: End['reason'], stopText?: string): End {
    return { type: 'end', reason, stopText, tokens: this.#tokens };
  }

  /** Goes on behind the last token; false when the signal was given. */
  async #advance(): Promise<boolean> {
    const { signal } = this.#parts.options;
    try {
      await this.#source.advance();
      return true;
    } catch (error) {
      if (signal?.aborted && error === signal.reason) return false;
      throw error;
    }
  }
}

function checkMaxTokens(maxTokens: number): void {
  if (!Number.isSafeInteger(maxTokens) || maxTokens < 0)
    throw new EngineError('invalid-argument', `maxTokens is ${maxTokens}; it must be a whole number, 0 or more.`, {
      nextStep: 'Correct the setting.',
    });
}
