/** An engine for tests that says what it is told to say, and remembers what it was asked. */
import type { EngineApi } from '../../engine/api/contract.ts';
import { EngineError } from '../../engine/api/errors.ts';
import type { LoadedModel } from '../../engine/api/schemas.ts';
import type { EngineAccess } from '../engineAccess.ts';

export type AnswerRequest = Parameters<EngineApi['answer']>[0];
type AnswerEvent = ReturnType<EngineApi['answer']> extends AsyncIterable<infer E> ? E : never;

export const MODEL: LoadedModel = {
  ...{ name: 'Test', path: '/test.gguf', precision: 'source', fingerprint: 'f1', parameters: 1, stateBytes: 1 },
  ...{ adapterLine: 'Running on a script.', slow: false },
};

const DETAILS = { tokens: 2, promptTokens: 5, tokensPerSecond: 10, promptTokensPerSecond: 100, firstTextMs: 1 };

export class ScriptedEngine implements EngineAccess {
  model: LoadedModel | undefined = MODEL;
  readonly asked: AnswerRequest[] = [];
  readonly deleted: string[] = [];
  /** Snapshots that are there. */
  readonly snapshots = new Set<string>();
  /** Pieces of the answers to come; the last one stays. `fail:CODE` throws, `wait` waits for the signal. */
  script: string[][] = [['Hello ', 'there.']];

  /** Only what conversations ask for. */
  readonly api = {
    answer: (request: AnswerRequest, signal?: AbortSignal) => this.#answer(request, signal),
    deleteSnapshots: async ({ ids }: { ids: string[] }) => {
      this.deleted.push(...ids);
      for (const id of ids) this.snapshots.delete(id);
      return {};
    },
  } as unknown as EngineApi;

  recovered(): Promise<void> {
    return Promise.resolve();
  }

  async *#answer(request: AnswerRequest, signal?: AbortSignal): AsyncGenerator<AnswerEvent, void, undefined> {
    this.asked.push(request);
    if (request.base !== undefined && !this.snapshots.has(request.base))
      throw new EngineError('snapshot-missing', 'It is not there.');
    const pieces = this.script.length > 1 ? this.script.shift() : this.script[0];
    let cancelled = false;
    for (const piece of pieces ?? []) {
      if (piece.startsWith('fail:')) throw new EngineError(piece.slice(5) as 'device-lost', 'As scripted.');
      if (piece === 'wait') await aborted(signal);
      cancelled = signal?.aborted ?? false;
      if (cancelled) break;
      yield piece.startsWith('thought:') ? { type: 'thought', text: piece.slice(8) } : { type: 'text', text: piece };
    }
    this.snapshots.add(request.saveAs);
    const { fingerprint, name } = MODEL;
    yield {
      type: 'end',
      reason: cancelled ? 'cancelled' : 'stop',
      details: DETAILS,
      snapshot: {
        ...{ id: request.saveAs, modelFingerprint: fingerprint, modelName: name, tokenCount: 9, byteLength: 100 },
        createdAt: '2026-01-01T00:00:00.000Z',
      },
    };
  }
}

/** Waits for the signal, for ever without one. */
function aborted(signal: AbortSignal | undefined): Promise<void> {
  if (signal?.aborted) return Promise.resolve();
  return new Promise((resolve) => signal?.addEventListener('abort', () => resolve()));
}
