/** An engine process in memory, for tests of the main side: documents of a few sections, snapshots, scripted failures. */
import { setTimeout as delay } from 'node:timers/promises';
import type { EngineApi } from '../../src/engine/api/contract.ts';
import { EngineError } from '../../src/engine/api/errors.ts';
import { connectionLost } from '../../src/engine/api/rpc/remoteError.ts';
import type { LoadedModel, SectionFacts } from '../../src/engine/api/schemas.ts';
import type { EngineAccess } from '../../src/main/engineAccess.ts';

export const MODEL: LoadedModel = {
  name: 'RWKV-7 tiny',
  path: '/models/tiny.gguf',
  precision: 'source',
  fingerprint: 'a'.repeat(64),
  parameters: 1000,
  stateBytes: 4096,
  adapterLine: 'a software adapter',
  slow: true,
};
export const OTHER_MODEL: LoadedModel = { ...MODEL, name: 'RWKV-7 other', fingerprint: 'b'.repeat(64) };

const SECTION_BYTES = 100;
export const sectionFacts = (index: number): SectionFacts => ({
  index,
  title: `Chapter ${index + 1}`,
  tokens: 25,
  startByte: index * SECTION_BYTES,
  endByte: (index + 1) * SECTION_BYTES,
  startLine: index * 10 + 1,
  endLine: index * 10 + 10,
});

type ReadRequest = Parameters<EngineApi['readDocument']>[0];
type EventsOf<M extends 'readDocument' | 'askDocument' | 'importDocument'> =
  ReturnType<EngineApi[M]> extends AsyncIterable<infer E> ? E : never;

const missing = (): never => {
  throw new Error('The fake engine does not offer this.');
};

export class FakeEngine implements EngineAccess {
  model: LoadedModel | undefined = MODEL;
  readonly sections: number;
  /** Sections of each reading that are saved, by snapshot. */
  readonly saved = new Map<string, number>();
  readonly requests: ReadRequest[] = [];
  readonly asked: Parameters<EngineApi['askDocument']>[0][] = [];
  readonly deleted: string[] = [];
  /** How many times somebody waited for it to come back. */
  recoveries = 0;
  /** Called before a section is read; it may wait, or throw what the engine is to fail with. */
  beforeSection: (index: number, request: ReadRequest) => Promise<void> | void = () => {};
  onRecovery: () => Promise<void> | void = () => {};
  /** It does not look at the signal. */
  deaf = false;
  readonly api: EngineApi;
  /** In place of its own. */
  readonly methods: { -readonly [M in keyof EngineApi]?: EngineApi[M] };

  constructor(sections = 3, methods: Partial<EngineApi> = {}) {
    this.sections = sections;
    this.methods = { ...methods };
    const all = new Proxy({}, { get: () => missing }) as EngineApi;
    this.api = new Proxy(all, {
      get: (target, name: keyof EngineApi) => this.methods[name] ?? this.#own[name] ?? target[name],
    });
  }

  readonly #own: Partial<EngineApi> = {
    readDocument: (request, signal) => this.#read(request, signal),
    askDocument: (request, signal) => this.#ask(request, signal),
    deleteSnapshots: async ({ ids }) => {
      this.deleted.push(...ids);
      for (const id of ids) this.saved.delete(id);
      return {};
    },
  };

  async recovered(signal: AbortSignal): Promise<void> {
    this.recoveries++;
    await this.onRecovery();
    signal.throwIfAborted();
  }

  snapshotId({ folder, focus }: Pick<ReadRequest, 'folder' | 'focus'>): string {
    const name = Buffer.from(`${folder}|${focus}|${this.model?.fingerprint.slice(0, 4)}`).toString('hex');
    return `document-${name.slice(-60)}`;
  }

  async *#read(request: ReadRequest, signal?: AbortSignal): AsyncGenerator<EventsOf<'readDocument'>, void, undefined> {
    this.requests.push(request);
    if (!this.model) throw new EngineError('model-unloaded', 'No model is loaded.');
    const [snapshotId, totalBytes] = [this.snapshotId(request), this.sections * SECTION_BYTES];
    if (request.fresh) this.saved.delete(snapshotId);
    const resumed = this.saved.get(snapshotId) ?? 0;
    yield { type: 'start', snapshotId, totalBytes, resumedBytes: resumed * SECTION_BYTES, resumedTokens: resumed * 25 };
    for (let index = 0; index < this.sections; index++) {
      if (index >= resumed) {
        await this.#untilStopped(this.beforeSection(index, request), signal);
        if (signal?.aborted && !this.deaf) {
          this.saved.set(snapshotId, index);
          yield { type: 'saved', snapshotId, tokens: index * 25, bytes: index * SECTION_BYTES };
          return yield { type: 'end', reason: 'cancelled', tokens: index * 25, sections: index };
        }
        await delay(1);
      }
      yield { type: 'section', section: sectionFacts(index) };
      if (index >= resumed) {
        const bytes = (index + 1) * SECTION_BYTES;
        yield this.#progress(bytes, totalBytes);
        this.saved.set(snapshotId, index + 1);
        yield { type: 'saved', snapshotId, tokens: (index + 1) * 25, bytes };
      }
      if (request.summarise && !request.known.some(({ section }) => section.index === index))
        yield* this.#summary(index, `Summary ${index + 1}`);
    }
    if (request.summarise) yield* this.#summary('overall', 'All in all');
    yield { type: 'end', reason: 'finished', tokens: this.sections * 25, sections: this.sections };
  }

  async #untilStopped(work: Promise<void> | void, signal?: AbortSignal): Promise<void> {
    if (!work) return;
    if (this.deaf || !signal) {
      await work;
      return;
    }
    const stopped = new Promise<void>((resolve) => {
      if (signal.aborted) resolve();
      signal.addEventListener('abort', () => resolve());
    });
    await Promise.race([work, stopped]);
  }

  #progress(bytes: number, totalBytes: number): EventsOf<'readDocument'> {
    const facts = { tokens: bytes / 4, bytes, totalBytes, fraction: bytes / totalBytes };
    return { type: 'progress', ...facts, tokensPerSecond: 50, secondsLeft: 1, memoryBytes: 1000 };
  }

  *#summary(of: number | 'overall', text: string): Generator<EventsOf<'readDocument'>, void, undefined> {
    yield { type: 'writing', of };
    yield { type: 'text', of, text };
    yield { type: 'summary', of, text };
  }

  async *#ask(
    request: Parameters<EngineApi['askDocument']>[0],
    signal?: AbortSignal,
  ): AsyncGenerator<EventsOf<'askDocument'>, void, undefined> {
    this.asked.push(request);
    const read = this.saved.get(this.snapshotId(request)) ?? 0;
    const passage = { ...sectionFacts(1), sectionIndex: 1, sectionTitle: 'Chapter 2' };
    const totalBytes = this.sections * SECTION_BYTES;
    if (request.mode === 'memory' && read === 0) throw new EngineError('snapshot-missing', 'It was not read yet.');
    yield {
      type: 'basis',
      basis:
        request.mode === 'memory'
          ? { mode: 'memory', sections: read, bytes: read * SECTION_BYTES, totalBytes }
          : { mode: 'reread', passages: [passage] },
    };
    yield { type: 'text', text: 'It says ' };
    await delay(1);
    const cancelled = signal?.aborted === true;
    if (!cancelled) yield { type: 'text', text: 'yes.' };
    yield {
      type: 'end',
      reason: cancelled ? 'cancelled' : 'stop',
      details: { tokens: 3, promptTokens: 7, tokensPerSecond: 10, promptTokensPerSecond: 100, firstTextMs: 5 },
      documentTokens: request.mode === 'memory' ? 0 : passage.tokens,
    };
  }
}

/** What a call fails with when the engine's process dies under it. */
export const death = connectionLost;
