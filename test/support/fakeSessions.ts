/** Stand-ins for tests of documents and commands: a tokenizer, and sessions whose state is the list of tokens they have read. */
import { EngineError } from '../../src/engine/api/errors.ts';
import { PrefixHash } from '../../src/engine/session/prefixHash.ts';
import type {
  GenerateEvent,
  GenerateOptions,
  JsonObject,
  PrefillOptions,
  Session,
  Sessions,
  SnapshotInfo,
} from '../../src/engine/session/types.ts';
import type { Tokenizer } from '../../src/engine/tokenizer/types.ts';

const utf8 = new TextEncoder();

/** One token for each line end and each group of up to four other characters with the space before it; keeps its texts. */
export function fakeTokenizer(): Tokenizer {
  const texts: string[] = [''];
  const ids = new Map<string, number>();
  const idOf = (text: string): number => {
    const known = ids.get(text);
    if (known !== undefined) return known;
    ids.set(text, texts.length);
    return texts.push(text) - 1;
  };
  const decode = (tokens: ArrayLike<number>): string => Array.from(tokens, (token) => texts[token] ?? '').join('');
  const encode = (text: string): Uint32Array<ArrayBuffer> =>
    Uint32Array.from(text.match(/ ?[^\s]{1,4}|\s/gu) ?? [], idOf);
  return {
    size: 65536,
    encode,
    encodeBytes: (bytes) => encode(new TextDecoder().decode(bytes)),
    bytesOf: (token) => utf8.encode(texts[token] ?? ''),
    decode,
    has: (token) => token > 0 && token < texts.length,
  };
}

/** A snapshot of a fake session. */
interface FakeSnapshot {
  readonly info: SnapshotInfo;
  readonly tokens: readonly number[];
}

export interface FakeSessionsOptions {
  /** Called before each slice with the tokens that the session has read; what it throws, `prefill` throws. */
  readonly beforeSlice?: (position: number) => void;
  /** The answer to whatever the session has read. */
  readonly answer?: (tokens: readonly number[]) => string;
}

/** Sessions with a memory store; its snapshots outlive a "crash", that is, another FakeSessions over the same map. */
export class FakeSessions implements Sessions {
  readonly snapshots: Map<string, FakeSnapshot>;
  readonly options: FakeSessionsOptions;
  /** Tokens that were run through all sessions. */
  tokensRun = 0;
  /** Sessions that were opened and not disposed. */
  live = 0;

  constructor(options: FakeSessionsOptions = {}, snapshots = new Map<string, FakeSnapshot>()) {
    this.options = options;
    this.snapshots = snapshots;
  }

  open(): Session {
    return new FakeSession(this, []);
  }

  restore(id: string): Promise<Session> {
    const snapshot = this.snapshots.get(id);
    if (!snapshot) return Promise.reject(new EngineError('snapshot-missing', `There is no snapshot ${id}.`));
    return Promise.resolve(new FakeSession(this, [...snapshot.tokens]));
  }

  list(): Promise<SnapshotInfo[]> {
    return Promise.resolve([...this.snapshots.values()].map(({ info }) => info));
  }

  delete(id: string): Promise<void> {
    this.snapshots.delete(id);
    return Promise.resolve();
  }
}

/** Tokens of one slice of a fake prefill. */
const SLICE = 16;

class FakeSession implements Session {
  readonly #owner: FakeSessions;
  readonly #tokens: number[];

  constructor(owner: FakeSessions, tokens: number[]) {
    this.#owner = owner;
    this.#tokens = tokens;
    owner.live++;
  }

  get position(): number {
    return this.#tokens.length;
  }

  get prefixHash(): string {
    const hash = PrefixHash.empty();
    hash.add(this.#tokens);
    return hash.hex;
  }

  async prefill(tokens: ArrayLike<number>, { signal, onProgress }: PrefillOptions = {}): Promise<void> {
    const all = Array.from(tokens);
    for (let start = 0; start < all.length; start += SLICE) {
      signal?.throwIfAborted();
      this.#owner.options.beforeSlice?.(this.position);
      this.#tokens.push(...all.slice(start, start + SLICE));
      this.#owner.tokensRun += Math.min(SLICE, all.length - start);
      onProgress?.(Math.min(start + SLICE, all.length));
      await Promise.resolve();
    }
  }

  async *generate({ signal, maxTokens }: GenerateOptions): AsyncGenerator<GenerateEvent, void, undefined> {
    const words = (this.#owner.options.answer?.(this.#tokens) ?? 'An answer.').split(/(?<= )/u);
    for (const text of words.slice(0, maxTokens)) {
      if (signal?.aborted) return yield { type: 'end', reason: 'cancelled', stopText: undefined, tokens: 0 };
      yield { type: 'text', text };
      await Promise.resolve();
    }
    yield { type: 'end', reason: 'stop', stopText: '\n\n', tokens: words.length };
  }

  fork(): Session {
    return new FakeSession(this.#owner, [...this.#tokens]);
  }

  stateHash(): Promise<string> {
    return Promise.resolve(this.prefixHash);
  }

  save(id: string, extra: JsonObject = {}): Promise<SnapshotInfo> {
    const info: SnapshotInfo = {
      id,
      formatVersion: 1,
      modelFingerprint: '0'.repeat(64),
      modelName: 'fake',
      tokenCount: this.position,
      prefixHash: this.prefixHash,
      createdAt: '2026-01-01T00:00:00.000Z',
      byteLength: 4 * this.position,
      // As on disk: nothing of the caller's objects is shared.
      extra: JSON.parse(JSON.stringify(extra)) as JsonObject,
    };
    this.#owner.snapshots.set(id, { info, tokens: [...this.#tokens] });
    return Promise.resolve(info);
  }

  dispose(): void {
    this.#owner.live--;
  }
}
