/** What documents, chat and the shells see of a running model: sessions, their snapshots, and where those are kept. */
import type { EngineError } from '../api/errors.ts';
import type { Sampling } from '../sampling/types.ts';

/** Lower runs first. A chat turn gets in between two slices of a document being read. */
export type Priority = 'interactive' | 'background';

export interface PrefillOptions {
  readonly priority?: Priority;
  readonly signal?: AbortSignal;
  /** Called after each slice with the tokens done so far in this call. */
  readonly onProgress?: (done: number) => void;
}

export interface GenerateOptions {
  readonly sampling: Sampling;
  /** Texts that end the answer; none of them is part of it. */
  readonly stop: readonly string[];
  /** Stop texts count only after this text, e.g. `</think>`: a thought may hold what would end an answer. */
  readonly stopAfter?: string | undefined;
  readonly maxTokens: number;
  readonly priority?: Priority;
  readonly signal?: AbortSignal;
}

/** Ends with exactly one `end`. The pieces of `text` joined are the whole answer. */
export type GenerateEvent =
  | { readonly type: 'text'; readonly text: string }
  | {
      readonly type: 'end';
      /** `stop`: a stop text or end of text; `length`: maxTokens; `cancelled`: the signal. */
      readonly reason: 'stop' | 'length' | 'cancelled';
      /** Which stop text matched, if one did. */
      readonly stopText: string | undefined;
      /** Tokens sampled. */
      readonly tokens: number;
    };

/**
 * A state plus its position. After `generate` the state has seen exactly the text that was delivered (plus nothing of
 * the stop text), so that the next turn continues from what the user saw.
 *
 * A session does one thing at a time: while a call is under way, every other one but `dispose` fails with EngineError
 * `invalid-argument`. After the model itself failed (`device-lost`, `out-of-memory` …) so does every further call.
 */
export interface Session {
  /** Tokens read so far. */
  readonly position: number;
  /** SHA-256 (hex) over the tokens read so far, as little-endian u32: names the prefix. */
  readonly prefixHash: string;
  /** Reads tokens. On abort it rejects with the signal's reason; whole slices done until then stay read. */
  prefill(tokens: ArrayLike<number>, options?: PrefillOptions): Promise<void>;
  generate(options: GenerateOptions): AsyncIterable<GenerateEvent>;
  /** A session that shares nothing with this one. */
  fork(): Session;
  /** SHA-256 (hex) of state and last logits: equal hashes mean bit-identical sessions. */
  stateHash(): Promise<string>;
  /** Writes a snapshot atomically. `extra` is small JSON of the caller's (e.g. the byte position in a document). */
  save(id: string, extra?: JsonObject): Promise<SnapshotInfo>;
  dispose(): void;
}

export type Json = null | boolean | number | string | readonly Json[] | JsonObject;
export interface JsonObject {
  readonly [key: string]: Json;
}

/** The header of a snapshot: enough to list it without reading its state. */
export interface SnapshotInfo {
  readonly id: string;
  readonly formatVersion: number;
  readonly modelFingerprint: string;
  readonly modelName: string;
  readonly tokenCount: number;
  readonly prefixHash: string;
  /** ISO 8601, UTC. */
  readonly createdAt: string;
  readonly byteLength: number;
  readonly extra: JsonObject;
}

/** Makes sessions for one loaded model. */
export interface Sessions {
  open(): Session;
  /** @throws EngineError `snapshot-missing`, `snapshot-unreadable`, `snapshot-mismatch` */
  restore(id: string): Promise<Session>;
  /**
   * All snapshots of the store, newest first, those of other models too. Files whose header cannot be read are left out
   * and reported to `onUnreadable`.
   */
  list(onUnreadable?: (id: string, error: EngineError) => void): Promise<SnapshotInfo[]>;
  delete(id: string): Promise<void>;
}

/** A place for named blobs, given by the host. `put` is atomic: a reader sees the old bytes or the new, never a part. */
export interface SnapshotStore {
  /** @throws EngineError `storage-failed` */
  put(id: string, pieces: readonly Uint8Array[]): Promise<void>;
  /** The first `length` bytes (all, when absent); undefined when there is no such id. */
  get(id: string, length?: number): Promise<Uint8Array<ArrayBuffer> | undefined>;
  list(): Promise<string[]>;
  delete(id: string): Promise<void>;
}
