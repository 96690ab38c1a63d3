/**
 * An engine process for chats, in memory. A snapshot is the transcript that its state has read, so that tests can compare
 * what the model knows with what the user sees; what is answered, and what goes wrong, is scripted.
 */
import { setTimeout as delay } from 'node:timers/promises';
import type { EngineApi } from '../../src/engine/api/contract.ts';
import { EngineError } from '../../src/engine/api/errors.ts';
import type { LoadedModel } from '../../src/engine/api/schemas.ts';
import type { EngineAccess } from '../../src/main/engineAccess.ts';
import { FakeEngine, MODEL } from './fakeEngineAccess.ts';

type AnswerRequest = Parameters<EngineApi['answer']>[0];
type AnswerEvent = ReturnType<EngineApi['answer']> extends AsyncIterable<infer E> ? E : never;
type Said = AnswerRequest['messages'][number];

/** Pieces of an answer, `~` at the beginning of those that are thought. It may wait, or throw. */
export type Script = (request: AnswerRequest) => AsyncGenerator<string, void, undefined>;

export const saying = (...pieces: readonly string[]): Script =>
  async function* () {
    for (const piece of pieces) {
      await delay(0);
      yield piece;
    }
  };

const DETAILS = { tokens: 3, tokensPerSecond: 10, promptTokensPerSecond: 100, firstTextMs: 5 };

export class FakeChatEngine implements EngineAccess {
  model: LoadedModel | undefined = MODEL;
  script: Script = saying('Yes', '.');
  readonly snapshots = new Map<string, { readonly fingerprint: string; readonly read: readonly Said[] }>();
  readonly requests: AnswerRequest[] = [];
  /** Of the latest answer: everything that its state had read, the question included. */
  read: readonly Said[] = [];
  readonly deleted: string[] = [];
  promptTokens = 7;
  readonly api: EngineApi = new FakeEngine(0, {
    answer: (request, signal) => this.#answer(request, signal),
    // Words.
    countTokens: async ({ text }) => text.split(/\s+/u).length,
    deleteSnapshots: async ({ ids }) => {
      this.deleted.push(...ids);
      for (const id of ids) this.snapshots.delete(id);
      return {};
    },
  }).api;

  async recovered(): Promise<void> {}

  async *#answer(request: AnswerRequest, signal?: AbortSignal): AsyncGenerator<AnswerEvent, void, undefined> {
    this.requests.push(request);
    const { fingerprint, name: modelName } = this.model ?? MODEL;
    this.read = [...this.#known(request.base, fingerprint), ...request.messages];
    yield { type: 'prompt', done: 7, total: 7 };
    let text = '';
    for await (const piece of this.script(request)) {
      if (signal?.aborted) break;
      if (piece.startsWith('~')) yield { type: 'thought', text: piece.slice(1) };
      else {
        text += piece;
        yield { type: 'text', text: piece };
      }
    }
    const id = request.saveAs;
    this.snapshots.set(id, { fingerprint, read: [...this.read, { role: 'assistant', text }] });
    const snapshot = { id, modelFingerprint: fingerprint, modelName, tokenCount: 10, byteLength: 100, createdAt: '' };
    yield {
      type: 'end',
      reason: signal?.aborted ? 'cancelled' : 'stop',
      details: { ...DETAILS, promptTokens: this.promptTokens },
      snapshot,
    };
  }

  #known(base: string | undefined, fingerprint: string): readonly Said[] {
    if (base === undefined) return [];
    const snapshot = this.snapshots.get(base);
    if (!snapshot) throw new EngineError('snapshot-missing', `There is no snapshot ${base}.`);
    if (snapshot.fingerprint !== fingerprint) throw new EngineError('snapshot-mismatch', 'Of another model.');
    return snapshot.read;
  }
}
