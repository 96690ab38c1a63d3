/** A SnapshotStore in memory. `blobs` may be looked at and tampered with. */
import type { SnapshotStore } from '../../src/engine/session/types.ts';

export function createMemoryStore(): SnapshotStore & { readonly blobs: Map<string, Buffer> } {
  const blobs = new Map<string, Buffer>();
  return {
    blobs,
    put: async (id, pieces) => void blobs.set(id, Buffer.concat(pieces)),
    get: async (id, length) => {
      const blob = blobs.get(id);
      return blob && new Uint8Array(blob.subarray(0, length));
    },
    list: async () => [...blobs.keys()].sort(),
    delete: async (id) => void blobs.delete(id),
  };
}
