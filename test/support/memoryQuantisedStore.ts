/** A store of quantised weights in memory, for tests: its files can be looked at and spoilt. */
import { memorySource } from '../../src/engine/formats/byteSource.ts';
import type { QuantisedStore } from '../../src/engine/rwkv7/quantised/store.ts';

export interface MemoryQuantisedStore extends QuantisedStore {
  readonly files: Map<string, Uint8Array<ArrayBuffer>>;
  readonly warnings: string[];
  /** Files that were opened and were there. */
  readonly opened: string[];
}

/** @param fails what creating or writing a file throws, if anything */
export function memoryQuantisedStore(fails?: { create?: Error; write?: Error }): MemoryQuantisedStore {
  const files = new Map<string, Uint8Array<ArrayBuffer>>();
  const warnings: string[] = [];
  const opened: string[] = [];
  return {
    ...{ files, warnings, opened, modelPath: '/models/test.gguf' },
    warn: (message) => void warnings.push(message),
    open: (name) => {
      const bytes = files.get(name);
      if (bytes) opened.push(name);
      return Promise.resolve(bytes && memorySource(name, bytes));
    },
    remove: (name) => {
      files.delete(name);
      return Promise.resolve();
    },
    create: (name, byteLength) => {
      if (fails?.create) return Promise.reject(fails.create);
      const bytes = new Uint8Array(byteLength);
      return Promise.resolve({
        write: (offset: number, piece: Uint8Array) => {
          if (fails?.write) return Promise.reject(fails.write);
          bytes.set(piece, offset);
          return Promise.resolve();
        },
        commit: () => {
          files.set(name, bytes);
          return Promise.resolve();
        },
        discard: () => Promise.resolve(),
      });
    },
  };
}
