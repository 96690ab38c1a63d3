/** The snapshot format: what is written comes back, what does not fit is refused, and no damage goes unseen. */
import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { EngineError, type EngineErrorCode } from '../api/errors.ts';
import { shiftLength, wkvLength, type ModelConfig } from '../rwkv7/config.ts';
import { PrefixHash } from './prefixHash.ts';
import * as snapshots from './snapshots.ts';
import type { JsonObject } from './types.ts';

const config: ModelConfig = {
  ...{ layers: 2, width: 8, heads: 2, headSize: 4, ffnWidth: 32, vocabularySize: 20 },
  ranks: { decay: 1, iclr: 1, value: 1, gate: 1 },
  hasEmbeddingNorm: true,
};
const model: snapshots.ModelIdentity = { modelName: 'tiny', fingerprint: 'a'.repeat(64), config };
const ramp = (length: number, from: number): Float32Array<ArrayBuffer> =>
  Float32Array.from({ length }, (_, i) => from + i / 7);

function content(extra: JsonObject = { page: 12, tags: ['ä', null] }): snapshots.SnapshotContent {
  const prefix = PrefixHash.empty();
  prefix.add([1, 2, 3]);
  const facts = {
    id: 'book-1',
    tokenCount: 3,
    prefixHash: prefix.hex,
    prefixMidstate: prefix.midstate,
    createdAt: '2026-01-02T03:04:05.000Z',
    extra,
  };
  return {
    ...facts,
    state: { shift: ramp(shiftLength(config), -1), wkv: ramp(wkvLength(config), 1) },
    logits: ramp(20, 5),
  };
}

const encode = async (what = content(), of = model): Promise<Uint8Array<ArrayBuffer>> =>
  (await snapshots.encodeSnapshot(what, of)).bytes;

const codeOf = async (call: () => unknown): Promise<EngineErrorCode | 'no error'> => {
  try {
    await call();
    return 'no error';
  } catch (error) {
    if (error instanceof EngineError) return error.code;
    throw error;
  }
};

/** Makes both checksums right again after a change, so that the checks behind them are reached. */
function reseal(bytes: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  const headerEnd = 48 + new DataView(bytes.buffer).getUint32(12, true);
  const sha = (...parts: Uint8Array[]): Buffer =>
    parts.reduce((hash, part) => hash.update(part), createHash('sha256')).digest();
  if (headerEnd <= bytes.length) bytes.set(sha(bytes.subarray(0, 16), bytes.subarray(48, headerEnd)), 16);
  bytes.set(sha(bytes.subarray(0, -32)), bytes.length - 32);
  return bytes;
}

/** The same snapshot with another header. */
async function withHeader(change: (header: Record<string, unknown>) => unknown): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = await encode();
  const length = new DataView(bytes.buffer).getUint32(12, true);
  const parsed = JSON.parse(Buffer.from(bytes.subarray(48, 48 + length)).toString()) as Record<string, unknown>;
  const header = change(parsed);
  const json = Buffer.from(typeof header === 'string' ? header : JSON.stringify(header));
  const padding = (at: number): Buffer => Buffer.alloc((64 - (at % 64)) % 64);
  const dataOffset = 48 + length + padding(48 + length).length;
  const head = Buffer.concat([bytes.subarray(0, 48), json, padding(48 + json.length)]);
  head.writeUInt32LE(json.length, 12);
  return reseal(new Uint8Array(Buffer.concat([head, bytes.subarray(dataOffset)])));
}

describe('snapshots', () => {
  it('come back as they were written, at any offset of a buffer', async () => {
    const original = content();
    const { info, bytes } = await snapshots.encodeSnapshot(original, model);
    const shifted = new Uint8Array(bytes.length + 1);
    shifted.set(bytes, 1);
    const decoded = await snapshots.decodeSnapshot(shifted.subarray(1), model);
    expect(decoded).toMatchObject({
      state: original.state,
      logits: original.logits,
      prefixMidstate: original.prefixMidstate,
      info,
    });
    expect(info).toEqual({
      ...{ id: 'book-1', formatVersion: 1, modelFingerprint: model.fingerprint, modelName: 'tiny', tokenCount: 3 },
      ...{
        prefixHash: original.prefixHash,
        createdAt: original.createdAt,
        extra: original.extra,
        byteLength: bytes.length,
      },
    });
  });

  it('may lack logits, and keep every bit of a number', async () => {
    const original = { ...content(), logits: undefined };
    original.state.wkv.set([NaN, -0, Infinity, 1e-45]);
    const { state, logits } = await snapshots.decodeSnapshot(await encode(original), model);
    expect(logits).toBeUndefined();
    const bitsOf = ({ buffer, byteOffset, byteLength }: Float32Array<ArrayBuffer>): Buffer =>
      Buffer.from(buffer, byteOffset, byteLength);
    expect(bitsOf(state.wkv).equals(bitsOf(original.state.wkv))).toBe(true);
  });

  it('lend their memory to the state, but not to the logits that stay', async () => {
    const bytes = await encode();
    const { state, logits } = await snapshots.decodeSnapshot(bytes, model);
    expect(state.wkv.buffer).toBe(bytes.buffer);
    expect(logits?.buffer.byteLength).toBe(4 * 20);
  });

  it('align their numbers to 64 bytes and show their header from the first bytes', async () => {
    const { info, bytes } = await snapshots.encodeSnapshot(content(), model);
    const dataOffset = bytes.length - 32 - 4 * (shiftLength(config) + wkvLength(config) + 20);
    expect(dataOffset % 64).toBe(0);
    const head = bytes.subarray(0, dataOffset);
    expect(snapshots.readSnapshotHeader(head).info).toEqual(info);
  });

  it('refuse too big facts of the caller', async () => {
    expect(await codeOf(() => encode(content({ text: 'x'.repeat(snapshots.MAX_HEAD_BYTES) })))).toBe(
      'invalid-argument',
    );
  });

  it('refuse another model, saying which', async () => {
    const bytes = await encode();
    const other = { ...model, modelName: 'big', fingerprint: 'b'.repeat(64) };
    await expect(snapshots.decodeSnapshot(bytes, other)).rejects.toThrow(/tiny.*big/);
    await expect(snapshots.decodeSnapshot(bytes, { ...other, modelName: 'tiny' })).rejects.toThrow(
      /another file or another precision/,
    );
    expect(await codeOf(() => snapshots.decodeSnapshot(bytes, other))).toBe('snapshot-mismatch');
    for (const size of ['layers', 'width', 'heads', 'headSize', 'vocabularySize'] as const) {
      const wider = { ...model, config: { ...config, [size]: config[size] * 2 } };
      expect(await codeOf(() => snapshots.decodeSnapshot(bytes, wider)), size).toBe('snapshot-mismatch');
      await expect(snapshots.decodeSnapshot(bytes, wider)).rejects.toThrow(size);
    }
  });

  it('refuse a newer format, and one that never was', async () => {
    const bytes = await encode();
    bytes[8] = 2;
    expect(() => snapshots.readSnapshotHeader(reseal(bytes))).toThrow(/newer Anser/);
    expect(await codeOf(() => snapshots.readSnapshotHeader(bytes))).toBe('snapshot-mismatch');
    bytes[8] = 0;
    expect(await codeOf(() => snapshots.readSnapshotHeader(reseal(bytes)))).toBe('snapshot-unreadable');
  });
});

describe('damaged snapshots', async () => {
  const sound = await encode();
  const decode = (bytes: Uint8Array<ArrayBuffer>) => codeOf(() => snapshots.decodeSnapshot(bytes, model));

  it('are unreadable when cut anywhere', async () => {
    for (let length = 0; length < sound.length; length += length < 800 ? 7 : 13)
      expect(await decode(sound.slice(0, length)), `${length}`).toBe('snapshot-unreadable');
  });

  it('are unreadable when something is appended', async () => {
    expect(await decode(new Uint8Array(Buffer.concat([sound, sound])))).toBe('snapshot-unreadable');
    expect(await decode(new Uint8Array([...sound, 0]))).toBe('snapshot-unreadable');
  });

  it('are unreadable after a flip of any bit, one per byte', async () => {
    for (let at = 0; at < sound.length; at++) {
      const flipped = sound.slice();
      flipped[at] = (flipped[at] ?? 0) ^ (1 << (at % 8));
      expect(await decode(flipped), `byte ${at}`).toBe('snapshot-unreadable');
    }
  });

  it('are unreadable when their header says something impossible, even with right checksums', async () => {
    const change = (fields: object) => withHeader((header) => ({ ...header, ...fields }));
    const layout = { layers: 2, width: 8, heads: 2, headSize: 4, vocabularySize: 20 };
    const lies: Promise<Uint8Array<ArrayBuffer>>[] = [
      ...['', '[]', 'null', '{', '"x"', '[' + '['.repeat(60000)].map((json) => withHeader(() => json)),
      ...[null, [], 'x', 5].map((extra) => change({ extra })),
      ...[-1, 1.5, 2 ** 60, '3', null].map((tokenCount) => change({ tokenCount })),
      ...['', 'A'.repeat(64), 'a'.repeat(63), 3].map((prefixHash) => change({ prefixHash })),
      ...['', 'g'.repeat(64), null].map((modelFingerprint) => change({ modelFingerprint })),
      ...['yesterday?', 5, null].map((createdAt) => change({ createdAt })),
      ...[0, 'true', null].map((hasLogits) => change({ hasLogits })),
      ...[5, null].map((id) => change({ id })),
      ...[null, [], {}, { ...layout, layers: 0 }, { ...layout, layers: 1e9 }, { ...layout, width: -8 }].map((value) =>
        change({ layout: value }),
      ),
      ...[
        { ...layout, heads: 3 },
        { ...layout, vocabularySize: 2 ** 53 },
        { ...layout, headSize: 0.5 },
      ].map((value) => change({ layout: value })),
      // Right in themselves, but the file has another size.
      change({ hasLogits: false }),
    ];
    for (const [i, bytes] of lies.entries()) expect(await decode(await bytes), `lie ${i}`).toBe('snapshot-unreadable');
    expect(await decode(await withHeader((header) => ({ ...header, unknown: 1 })))).toBe('no error');
  });

  it('are unreadable when their header claims a length that is not there', async () => {
    for (const length of [0, 1, 2 ** 31, 2 ** 32 - 1, snapshots.MAX_HEAD_BYTES, sound.length]) {
      const lying = sound.slice();
      new DataView(lying.buffer).setUint32(12, length, true);
      expect(await decode(lying)).toBe('snapshot-unreadable');
      expect(await decode(reseal(lying))).toBe('snapshot-unreadable');
    }
  });
});
