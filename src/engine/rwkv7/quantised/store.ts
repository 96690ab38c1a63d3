/** Where files of quantised weights are kept. Hosts make it; the core opens no path. */
import type { ByteSource } from '../../formats/byteSource.ts';

/** A file on its way into the store: there when it is committed, never in part. */
export interface QuantisedSink {
  /** @throws the host's own error, e.g. of a full disk */
  write(offset: number, bytes: Uint8Array<ArrayBuffer>): Promise<void>;
  /** Puts the file into its place, and removes what the quota leaves no room for. */
  commit(): Promise<void>;
  discard(): Promise<void>;
}

export interface QuantisedStore {
  /** The path of the model's own file. The header notes it, so that who deletes that file finds this one. */
  readonly modelPath: string;
  /** The file of the name, which counts as used now; undefined where there is none that can be read. */
  open(name: string): Promise<ByteSource | undefined>;
  remove(name: string): Promise<void>;
  /** Begins a file of this size. @throws the host's own error; EngineError `storage-failed` where there is no room for it */
  create(name: string, byteLength: number): Promise<QuantisedSink>;
  /** Told to the user: the model is loaded all the same. */
  warn(message: string): void;
}
