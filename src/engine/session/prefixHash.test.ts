/** Laws of the running prefix hash, against Node's own SHA-256. */
import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { PrefixHash } from './prefixHash.ts';

const tokens = Array.from({ length: 100 }, (_, i) => (i * 2654435761) % 65536);
const expectedHash = (list: readonly number[]): string =>
  createHash('sha256')
    .update(Buffer.from(Uint32Array.from(list).buffer))
    .digest('hex');

describe('PrefixHash', () => {
  it('is SHA-256 over little-endian u32, however the tokens are cut', () => {
    for (let cut = 0; cut <= tokens.length; cut += 7) {
      const hash = PrefixHash.empty();
      hash.add(tokens.slice(0, cut));
      hash.add(tokens.slice(cut));
      expect(hash.hex).toBe(expectedHash(tokens));
      expect(hash.tokenCount).toBe(tokens.length);
    }
    expect(PrefixHash.empty().hex).toBe(expectedHash([]));
  });

  it('goes on from a midstate at every length', () => {
    for (let cut = 0; cut <= tokens.length; cut++) {
      const first = PrefixHash.empty();
      first.add(tokens.slice(0, cut));
      const second = PrefixHash.resume(first.midstate, cut);
      second?.add(tokens.slice(cut));
      expect(second?.hex).toBe(expectedHash(tokens));
    }
  });

  it('clones share nothing', () => {
    const hash = PrefixHash.empty();
    hash.add([1, 2, 3]);
    const clone = hash.clone();
    clone.add([4]);
    expect(hash.hex).toBe(expectedHash([1, 2, 3]));
    expect(clone.hex).toBe(expectedHash([1, 2, 3, 4]));
  });

  it('refuses a midstate of the wrong shape', () => {
    const { midstate } = PrefixHash.empty();
    expect(PrefixHash.resume(midstate, 1)).toBeUndefined();
    expect(PrefixHash.resume(midstate.replace(/^./, 'x'), 0)).toBeUndefined();
    expect(PrefixHash.resume('', 0)).toBeUndefined();
  });
});
