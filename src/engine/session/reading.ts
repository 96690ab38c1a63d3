/**
 * What has been read so far, kept together: the live state, the logits after its last token, and the hash and number
 * of the tokens. It advances by one call to the model at a time and forks as one; scheduling is the session's.
 */
import type { DecodeRuns, LiveState, SequenceModel, StateData } from '../rwkv7/sequenceModel.ts';
import { PrefixHash } from './prefixHash.ts';

/** A reading at rest, as a snapshot holds it. */
export interface ReadingData {
  readonly state: StateData;
  readonly logits: Float32Array<ArrayBuffer> | undefined;
  readonly prefix: PrefixHash;
}

export class Reading<S extends LiveState> {
  readonly #model: SequenceModel<S>;
  readonly #state: S;
  readonly #prefix: PrefixHash;
  #logits: Float32Array<ArrayBuffer> | undefined;
  #failure: { readonly error: unknown } | undefined;

  private constructor(
    model: SequenceModel<S>,
    state: S,
    prefix: PrefixHash,
    logits: Float32Array<ArrayBuffer> | undefined,
  ) {
    this.#model = model;
    this.#state = state;
    this.#prefix = prefix;
    this.#logits = logits;
  }

  static empty<S extends LiveState>(model: SequenceModel<S>): Reading<S> {
    return new Reading(model, model.createState(), PrefixHash.empty(), undefined);
  }

  static from<S extends LiveState>(model: SequenceModel<S>, { state: data, prefix, logits }: ReadingData): Reading<S> {
    const state = model.createState();
    try {
      model.importState(state, data);
    } catch (error) {
      state.dispose();
      throw error;
    }
    return new Reading(model, state, prefix, logits);
  }

  /** Tokens that the state has seen. */
  get position(): number {
    return this.#prefix.tokenCount;
  }

  get prefix(): PrefixHash {
    return this.#prefix;
  }

  /** [vocabularySize], for the token after the last; undefined when they were not asked for. Never written to. */
  get logits(): Float32Array<ArrayBuffer> | undefined {
    return this.#logits;
  }

  /** Set after a call to the model failed: how far the state has come is then unknown. */
  get failure(): { readonly error: unknown } | undefined {
    return this.#failure;
  }

  /** Reads 1 … maxChunk tokens; with `last` the logits after them are kept. */
  async prefill(tokens: Uint32Array, wanted: 'none' | 'last'): Promise<void> {
    const logits = await this.#advance(() => this.#model.prefill(this.#state, tokens, wanted));
    this.#prefix.add(tokens);
    this.#logits = wanted === 'last' ? logits : undefined;
  }

  /** Reads one token and keeps the logits after it. */
  async decode(token: number): Promise<void> {
    this.#logits = await this.#advance(() => this.#model.decode(this.#state, token));
    this.#prefix.add([token]);
  }

  /** How the model decodes in runs, if it does. They advance the state behind this object's back: then `at` goes on. */
  get runs(): DecodeRuns<S> | undefined {
    return this.#model.runs;
  }

  /** The live state, for runs. */
  get state(): S {
    return this.#state;
  }

  /** What is known after a run failed: every further call fails likewise. */
  fail(error: unknown): void {
    this.#failure ??= { error };
  }

  /** A reading that has read `tokens` more, in `state`, with `logits` after them. In place of this one, if it is its state. */
  at(tokens: ArrayLike<number>, state: S, logits: Float32Array<ArrayBuffer>): Reading<S> {
    const prefix = this.#prefix.clone();
    prefix.add(tokens);
    return new Reading(this.#model, state, prefix, logits);
  }

  async exportState(): Promise<StateData> {
    this.#checkSound();
    return await this.#model.exportState(this.#state);
  }

  fork(): Reading<S> {
    this.#checkSound();
    return new Reading(this.#model, this.#model.forkState(this.#state), this.#prefix.clone(), this.#logits);
  }

  dispose(): void {
    this.#state.dispose();
  }

  async #advance<T>(callModel: () => Promise<T>): Promise<T> {
    this.#checkSound();
    try {
      return await callModel();
    } catch (error) {
      this.#failure = { error };
      throw error;
    }
  }

  /** A half-advanced state would give wrong answers that look right: fail again instead. */
  #checkSound(): void {
    if (this.#failure) throw this.#failure.error;
  }
}
