/**
 * An answer's tokens from runs: the sampler is where the model runs, several tokens are chosen at a time, and one run is
 * under way while the tokens of the one before are delivered. The state is therefore ahead of the answer; when the answer
 * ends, it goes back to a copy made before a run and reads again what of that run belongs to the answer.
 */
import { assert } from '../api/errors.ts';
import type { DecodeRun, DecodeRuns, LiveState, RunSampler } from '../rwkv7/sequenceModel.ts';
import { logitsOf, type AnswerTokens, type AnswerTokensParts } from './answerTokens.ts';
import type { Reading } from './reading.ts';
import { RunLog } from './runLog.ts';

/** Tokens of the longest run: longer ones save nothing more, and more of them are thrown away when an answer ends. */
const LONGEST_RUN = 8;
/** The longest that a run should take, in ms: so long does cancelling wait, and whoever else wants the GPU. */
const MOST_MS = 100;
/** Runs submitted and not yet read: while one is delivered, another is under way. */
const IN_FLIGHT = 2;

/** A copy of the state before a run. */
interface StateCopy<S> {
  readonly state: S;
  /** After its last token; not known while the run before is under way. */
  logits: Float32Array<ArrayBuffer> | undefined;
}

interface Pending {
  readonly run: DecodeRun;
  /** Tokens of the answer that the state has read after it. */
  readonly readAfter: number;
  readonly submitted: number;
}

export class RunTokens<S extends LiveState> implements AnswerTokens<S> {
  readonly #parts: AnswerTokensParts<S>;
  readonly #runs: DecodeRuns<S>;
  readonly #log = new RunLog<StateCopy<S>>();
  /** Chosen, not yet part of the answer. */
  readonly #chosen: number[] = [];
  readonly #pending: Pending[] = [];
  #reading: Reading<S>;
  #sampler: RunSampler | undefined;
  /** Tokens of the answer that the live state has read, or will have when all runs are done. */
  #read = 0;
  /** The logits after the last token of the last run that is done. */
  #logits: Float32Array<ArrayBuffer>;
  #nextLength = 1;
  #lastDone = 0;

  constructor(parts: AnswerTokensParts<S>, runs: DecodeRuns<S>) {
    this.#parts = parts;
    this.#runs = runs;
    this.#reading = parts.reading;
    this.#logits = logitsOf(parts.reading);
  }

  get reading(): Reading<S> {
    return this.#reading;
  }

  choose(): number {
    // The first token is chosen on the host, from the logits that are there.
    if (this.#chosen.length === 0) this.#chosen.push(this.#parts.sampler.sample(this.#logits));
    const [token] = this.#chosen;
    assert(token !== undefined, 'a token was chosen');
    return token;
  }

  add(token: number, text: string, clean: boolean): void {
    if (this.#log.tokens.length === 0) this.#parts.sampler.accept(token);
    this.#chosen.shift();
    this.#log.add(token, text, clean);
  }

  deliver(units: number): void {
    this.#log.deliver(units);
  }

  async advance(): Promise<void> {
    if (this.#chosen.length > 0) return;
    await this.#parts.runSlice(async () => {
      try {
        while (this.#pending.length < IN_FLIGHT && this.#read < this.#parts.maxTokens) await this.#submit();
        this.#chosen.push(...(await this.#finishOne()));
      } catch (error) {
        this.#reading.fail(error);
        throw error;
      }
    }, this.#parts.slice);
  }

  async #submit(): Promise<void> {
    const { sampler, maxTokens } = this.#parts;
    const [first] = this.#log.tokens;
    assert(first !== undefined, 'the first token is chosen');
    this.#sampler ??= await this.#runs.createSampler(first, sampler.memory);
    if (this.#log.wantsCopy) this.#log.keepCopy(this.#read, this.#copy());
    const steps = Math.min(this.#nextLength, maxTokens - this.#read);
    const submitted = performance.now();
    const run = await this.#runs.decodeRun(this.#reading.state, steps, this.#sampler);
    this.#read += steps;
    this.#pending.push({ run, readAfter: this.#read, submitted });
    this.#nextLength = Math.min(2 * this.#nextLength, LONGEST_RUN, this.#runs.mostSteps);
  }

  /** Waits for the oldest run; returns what it chose. */
  async #finishOne(): Promise<Uint32Array> {
    const pending = this.#pending.shift();
    assert(pending, 'a run is under way');
    const { run, readAfter, submitted } = pending;
    const { ids, logits } = await run.result;
    this.#logits = logits;
    const copy = this.#log.copyAt(readAfter);
    if (copy) copy.logits = logits;
    const now = performance.now();
    const perToken = (now - Math.max(submitted, this.#lastDone)) / run.steps;
    this.#lastDone = now;
    this.#nextLength = Math.max(1, Math.min(this.#nextLength, Math.floor(MOST_MS / perToken)));
    return ids;
  }

  #copy(): StateCopy<S> {
    const live = this.#reading.state;
    const logits = this.#pending.length === 0 ? this.#logits : undefined;
    const spare = this.#log.takeSpare();
    if (!spare) return { state: this.#runs.forkState(live), logits };
    this.#runs.copyState(live, spare.state);
    return { state: spare.state, logits };
  }

  async settle(encode: (text: string) => Iterable<number>): Promise<void> {
    const { runSlice, slice } = this.#parts;
    const { priority } = slice;
    try {
      if (this.#reading.failure) return;
      const { from, tokens, text } = this.#log.wayBack(this.#read);
      const again = [...tokens, ...encode(text)];
      // A run that is not read yet holds the logits wanted, unless tokens are to be read again.
      const wanted = from ? from.copy.logits : this.#pending.length === 0 ? this.#logits : undefined;
      if (again.length === 0 && !wanted) await runSlice(() => this.#finishAll(), { priority });
      this.#goTo(from?.read ?? this.#read, from?.copy);
      // Decode, as single tokens do, which gives the same bits.
      for (const token of again) await runSlice(() => this.#reading.decode(token), { priority });
    } finally {
      this.#sampler?.dispose();
      for (const { state } of this.#log.takeAll()) if (state !== this.#reading.state) state.dispose();
    }
  }

  /** Makes the state after `read` tokens the reading: that of `copy`, or the live one. */
  #goTo(read: number, copy: StateCopy<S> | undefined): void {
    const start = this.#reading;
    this.#reading = start.at(this.#log.tokens.slice(0, read), copy?.state ?? start.state, copy?.logits ?? this.#logits);
    if (copy) start.dispose();
  }

  async #finishAll(): Promise<void> {
    try {
      while (this.#pending.length > 0) await this.#finishOne();
    } catch (error) {
      this.#reading.fail(error);
      throw error;
    }
  }
}
