import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { engineError } from '../../../../test/support/engineErrors.ts';
import { filesInTar } from '../../../engine/hosts/tarArchive.ts';
import { unpackBundle } from './readBundle.ts';
import { BLOCK, paddingOf, parseTarHeader, tarHeader } from './tar.ts';
import { writeBundle, type BundleFacts } from './writeBundle.ts';

const FACTS: BundleFacts = {
  name: 'After the first chapter',
  tags: ['law', 'über'],
  sourceTitle: 'A talk',
  modelName: 'RWKV-7',
  fingerprint: 'ab'.repeat(32),
  position: 1234,
  createdAt: '2026-01-02T03:04:05.678Z',
  transcript: [{ role: 'user', text: 'Grüß Gott' }],
  replayable: true,
};
/** Longer than one piece of copying, and no multiple of a block. */
const STATE = Uint8Array.from({ length: 1_200_001 }, (_, i) => (i * 31) & 0xff);

let folder: string;
let [state, bundle, target] = ['', '', ''];
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'anser-bundle-'));
  state = join(folder, 'state');
  bundle = join(folder, 'x.anser');
  target = join(folder, 'unpacked');
  writeFileSync(state, STATE);
  await writeBundle(bundle, FACTS, state);
});
afterEach(() => rmSync(folder, { recursive: true }));

/** A tar with these files, as a hostile writer could make one. */
function archive(files: readonly (readonly [path: string, bytes: Uint8Array])[]): Buffer {
  const blocks = files.flatMap(([path, bytes]) => [
    tarHeader({ path, size: bytes.length }),
    bytes,
    Buffer.alloc(paddingOf(bytes.length)),
  ]);
  return Buffer.concat([...blocks, Buffer.alloc(2 * BLOCK)]);
}

const manifestOf = (changes: Readonly<Record<string, unknown>> = {}): Buffer => {
  const sha256 = createHash('sha256').update(STATE).digest('hex');
  return Buffer.from(JSON.stringify({ ...FACTS, formatVersion: 1, stateBytes: STATE.length, sha256, ...changes }));
};

/** Changes the header at `offset` and makes its checksum right again. */
function patchHeader(bytes: Buffer, offset: number, patch: (header: Buffer) => void): Buffer {
  const header = bytes.subarray(offset, offset + BLOCK);
  patch(header);
  header.write('        ', 148, 'latin1');
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
  return bytes;
}

async function refused(bytes: Uint8Array): Promise<unknown> {
  writeFileSync(bundle, bytes);
  const error: unknown = await unpackBundle(bundle, target).catch((reason: unknown) => reason);
  expect(existsSync(target)).toBe(false);
  return error;
}

describe('a bundle', () => {
  it('comes back as it was written', async () => {
    expect(await unpackBundle(bundle, target)).toMatchObject({ ...FACTS, stateBytes: STATE.length });
    expect(readFileSync(target).equals(STATE)).toBe(true);
    expect(readdirSync(folder).sort()).toEqual(['state', 'unpacked', 'x.anser']);
  });

  it('is an archive that any tar reader understands', () => {
    const bytes = readFileSync(bundle);
    expect(bytes.length % BLOCK).toBe(0);
    const files = [...filesInTar(bytes)];
    expect(files.map(({ path }) => path)).toEqual(['manifest.json', 'state.snapshot']);
    expect(Buffer.from(files[1]?.bytes ?? []).equals(STATE)).toBe(true);
  });

  it('leaves nothing when the state is missing', async () => {
    await expect(writeBundle(join(folder, 'y.anser'), FACTS, join(folder, 'none'))).rejects.toEqual(
      engineError('storage-failed', /cannot be written/),
    );
    expect(readdirSync(folder).sort()).toEqual(['state', 'x.anser']);
  });

  it.each([0, 100, BLOCK, 2 * BLOCK, 100_000, -1024, -1])('is refused when cut off at %i', async (length) => {
    const whole = readFileSync(bundle);
    expect(await refused(whole.subarray(0, length < 0 ? whole.length + length : length))).toEqual(
      engineError('snapshot-unreadable', /not a whole Anser bundle/),
    );
  });

  it('is refused when a byte of the state flipped', async () => {
    const bytes = readFileSync(bundle);
    bytes.writeUInt8(bytes.readUInt8(bytes.length - 3 * BLOCK) ^ 1, bytes.length - 3 * BLOCK);
    expect(await refused(bytes)).toEqual(engineError('snapshot-unreadable', /state is damaged/));
  });

  it('is refused when a header flipped', async () => {
    const bytes = readFileSync(bundle);
    bytes.writeUInt8(bytes.readUInt8(130) ^ 1, 130);
    expect(await refused(bytes)).toEqual(engineError('snapshot-unreadable', /header is damaged|no number/));
  });

  it('is refused when it comes from a newer program, whatever else that one changed', async () => {
    const manifest = Buffer.from(JSON.stringify({ formatVersion: 2, other: true }));
    expect(await refused(archive([['manifest.json', manifest]]))).toEqual(
      engineError('snapshot-mismatch', /newer than this program/),
    );
  });

  it.each([
    [
      'another first file',
      () =>
        archive([
          ['../evil', manifestOf()],
          ['state.snapshot', STATE],
        ]),
    ],
    [
      'another second file',
      () =>
        archive([
          ['manifest.json', manifestOf()],
          ['/etc/passwd', STATE],
        ]),
    ],
    [
      'a third file',
      () =>
        archive([
          ['manifest.json', manifestOf()],
          ['state.snapshot', STATE],
          ['x', STATE],
        ]),
    ],
    [
      'no JSON',
      () =>
        archive([
          ['manifest.json', Buffer.from('{')],
          ['state.snapshot', STATE],
        ]),
    ],
    [
      'no UTF-8',
      () =>
        archive([
          ['manifest.json', Buffer.from([0xff, 0xfe])],
          ['state.snapshot', STATE],
        ]),
    ],
    [
      'a wrong hash',
      () =>
        archive([
          ['manifest.json', manifestOf({ sha256: '0'.repeat(64) })],
          ['state.snapshot', STATE],
        ]),
    ],
    [
      'a wrong size',
      () =>
        archive([
          ['manifest.json', manifestOf({ stateBytes: 5 })],
          ['state.snapshot', STATE],
        ]),
    ],
    [
      'no name',
      () =>
        archive([
          ['manifest.json', manifestOf({ name: '' })],
          ['state.snapshot', STATE],
        ]),
    ],
    [
      'a wrong date',
      () =>
        archive([
          ['manifest.json', manifestOf({ createdAt: 'today' })],
          ['state.snapshot', STATE],
        ]),
    ],
    [
      'a role of its own',
      () =>
        archive([
          ['manifest.json', manifestOf({ transcript: [{ role: 'x', text: '' }] })],
          ['state.snapshot', STATE],
        ]),
    ],
    ['a link', () => patchHeader(readFileSync(bundle), 0, (header) => (header[156] = '2'.charCodeAt(0)))],
    ['a huge size', () => patchHeader(readFileSync(bundle), 0, (header) => header.write('77777777777', 124, 'latin1'))],
    [
      'a negative size',
      () => patchHeader(readFileSync(bundle), 0, (header) => header.write('-0000000001', 124, 'latin1')),
    ],
    ['no tar', () => Buffer.from('PK\x03\x04'.padEnd(4096, 'x'))],
  ])('is refused with %s', async (_name, make) => {
    expect(await refused(make())).toEqual(engineError('snapshot-unreadable', /not a whole Anser bundle/));
  });

  it('is refused when there is no such file', async () => {
    await expect(unpackBundle(join(folder, 'none.anser'), target)).rejects.toEqual(
      engineError('snapshot-unreadable', /cannot be opened/),
    );
  });
});

describe('tar headers', () => {
  it.each([0, 1, 511, 512, 8 ** 11 - 1])('keep the size %i', (size) => {
    expect(parseTarHeader(tarHeader({ path: 'a', size }))).toEqual({ path: 'a', size });
  });
});
