/**
 * Sessions over one loaded model: what is read is cut into slices for the scheduler, answers are generated, and whole
 * sessions are forked, saved and restored. Snapshots' bytes are `snapshots.ts`'s, the loop of an answer is `answer.ts`'s.
 */
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';
import { EngineError } from '../api/errors.ts';
import type { LiveState, SequenceModel } from '../rwkv7/sequenceModel.ts';
import type { Tokenizer } from '../tokenizer/types.ts';
import { Answer } from './answer.ts';
import { Reading } from './reading.ts';
import { createScheduler, type Scheduler } from './scheduler.ts';
import { encodeSnapshot, type ModelIdentity } from './snapshots.ts';
import { listSnapshots, loadSnapshot } from './storedSnapshots.ts';
import type {
  GenerateEvent,
  GenerateOptions,
  JsonObject,
  PrefillOptions,
  Session,
  Sessions,
  SnapshotInfo,
  SnapshotStore,
} from './types.ts';

export interface SessionsOptions<S extends LiveState> {
  readonly model: SequenceModel<S>;
  /** For people: stands in snapshots and in messages. */
  readonly modelName: string;
  readonly tokenizer: Tokenizer;
  readonly store: SnapshotStore;
  /** Shared by everything that runs on the same GPU; default: one of its own. */
  readonly scheduler?: Scheduler;
}

/** Makes the sessions of `model`. The model stays the caller's and must outlive them. */
export function createSessions<S extends LiveState>(options: SessionsOptions<S>): Sessions {
  const { model, modelName, tokenizer, store, scheduler = createScheduler() } = options;
  const identity: ModelIdentity = { modelName, fingerprint: model.fingerprint, config: model.config };
  const shared: Shared<S> = {
    ...{ model, tokenizer, store, scheduler, identity },
    unwritable: unwritableTokens(model, tokenizer),
    uncounted: new Set(Array.from('0123456789 \t', (character) => tokenizer.encode(character)[0] ?? 0)),
  };
  return {
    open: () => new ModelSession(shared, Reading.empty(model)),
    restore: async (id) => {
      const data = await loadSnapshot(store, id, identity);
      return await scheduler.run(() => Promise.resolve(new ModelSession(shared, Reading.from(model, data))));
    },
    list: (onUnreadable) => listSnapshots(store, onUnreadable),
    delete: (id) => store.delete(id),
  };
}

/** What all sessions of a model have in common. */
interface Shared<S extends LiveState> {
  readonly model: SequenceModel<S>;
  readonly tokenizer: Tokenizer;
  readonly store: SnapshotStore;
  readonly scheduler: Scheduler;
  readonly identity: ModelIdentity;
  readonly unwritable: readonly number[];
  readonly uncounted: ReadonlySet<number>;
}

class ModelSession<S extends LiveState> implements Session {
  readonly #shared: Shared<S>;
  #reading: Reading<S>;
  /** The call under way: a session does one thing at a time. */
  #current: string | undefined;
  #disposed = false;

  constructor(shared: Shared<S>, reading: Reading<S>) {
    this.#shared = shared;
    this.#reading = reading;
  }

  get position(): number {
    return this.#reading.position;
  }

  get prefixHash(): string {
    return this.#reading.prefix.hex;
  }

  prefill(tokens: ArrayLike<number>, { priority, signal, onProgress }: PrefillOptions = {}): Promise<void> {
    return this.#exclusively('prefill', async () => {
      signal?.throwIfAborted();
      const { maxChunk, config } = this.#shared.model;
      const all = checkedTokens(tokens, config.vocabularySize);
      for (let start = 0; start < all.length; start += maxChunk) {
        const chunk = all.subarray(start, start + maxChunk);
        const done = start + chunk.length;
        await this.#slice(() => this.#reading.prefill(chunk, done === all.length ? 'last' : 'none'), {
          priority,
          signal,
        });
        onProgress?.(done);
      }
    });
  }

  async *generate(options: GenerateOptions): AsyncGenerator<GenerateEvent, void, undefined> {
    this.#begin('generate');
    const { tokenizer, unwritable, uncounted } = this.#shared;
    let end: GenerateEvent;
    try {
      const answer = new Answer({
        reading: this.#reading,
        tokenizer,
        unwritable,
        uncounted,
        runSlice: this.#slice,
        options,
      });
      try {
        end = yield* answer.run();
      } finally {
        // Also reached when the caller leaves its loop early or something failed.
        try {
          await answer.settle();
        } finally {
          this.#reading = answer.reading;
        }
      }
    } finally {
      this.#end();
    }
    yield end;
  }

  fork(): Session {
    this.#checkFree();
    return new ModelSession(this.#shared, this.#reading.fork());
  }

  stateHash(): Promise<string> {
    return this.#exclusively('stateHash', async () => {
      const { shift, wkv } = await this.#slice(() => this.#reading.exportState());
      const hash = sha256.create();
      for (const numbers of [shift, wkv, this.#reading.logits ?? new Float32Array()])
        hash.update(new Uint8Array(numbers.buffer, numbers.byteOffset, numbers.byteLength));
      return bytesToHex(hash.digest());
    });
  }

  save(id: string, extra: JsonObject = {}): Promise<SnapshotInfo> {
    return this.#exclusively('save', async () => {
      const state = await this.#slice(() => this.#reading.exportState());
      const { position: tokenCount, prefix, logits } = this.#reading;
      const createdAt = new Date().toISOString();
      const facts = { id, tokenCount, prefixHash: prefix.hex, prefixMidstate: prefix.midstate, createdAt, extra };
      const { info, bytes } = await encodeSnapshot({ ...facts, state, logits }, this.#shared.identity);
      await this.#shared.store.put(id, [bytes]);
      return info;
    });
  }

  dispose(): void {
    if (this.#disposed) return;
    this.#disposed = true;
    // A slice may be using the state right now; then the call under way disposes it when it ends.
    if (this.#current === undefined) this.#reading.dispose();
  }

  /** Runs a slice of this session, unless it was disposed while the slice waited. */
  readonly #slice: Scheduler['run'] = (slice, options) =>
    this.#shared.scheduler.run(() => {
      if (this.#disposed) throw closed();
      return slice();
    }, options);

  async #exclusively<T>(name: string, call: () => Promise<T>): Promise<T> {
    this.#begin(name);
    try {
      return await call();
    } finally {
      this.#end();
    }
  }

  #begin(name: string): void {
    this.#checkFree();
    this.#current = name;
  }

  #end(): void {
    this.#current = undefined;
    if (this.#disposed) this.#reading.dispose();
  }

  #checkFree(): void {
    if (this.#disposed) throw closed();
    if (this.#current !== undefined)
      throw new EngineError('invalid-argument', `The session is busy with ${this.#current}.`, {
        nextStep: 'Wait until that call has ended, or cancel it.',
      });
  }
}

const closed = (): EngineError =>
  new EngineError('invalid-argument', 'The session is closed.', { nextStep: 'Open or restore another one.' });

/** A private copy of `tokens`, each checked to be an id of the model. */
function checkedTokens(tokens: ArrayLike<number>, vocabularySize: number): Uint32Array<ArrayBuffer> {
  const checked = new Uint32Array(tokens.length);
  for (let i = 0; i < tokens.length; i++) {
    const token = tokens[i];
    if (token === undefined || !Number.isInteger(token) || token < 0 || token >= vocabularySize)
      throw new EngineError('invalid-argument', `Token ${i} is ${token}; the model knows 0 to ${vocabularySize - 1}.`, {
        nextStep: 'Use the vocabulary that belongs to the model.',
      });
    checked[i] = token;
  }
  return checked;
}

/** Rows of the head without a vocabulary entry (padding): sampled, they would add nothing to the text. */
function unwritableTokens(model: SequenceModel, tokenizer: Tokenizer): number[] {
  const tokens: number[] = [];
  for (let token = 1; token < model.config.vocabularySize; token++) if (!tokenizer.has(token)) tokens.push(token);
  return tokens;
}
