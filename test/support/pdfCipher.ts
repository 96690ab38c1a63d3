/** The encryption of PDF 1.1: RC4 with a key of 40 bits (ISO 32000-1, 7.6, revision 2). For test files only. */
import { createHash } from 'node:crypto';

// The 32 bytes that the standard fills short passwords up with.
const PADDING = Buffer.from('28bf4e5e4e758a4164004e56fffa01082e2e00b6d0683e802f0ca9fe6453697a', 'hex');
const KEY_BYTES = 5;
const ALL_PERMISSIONS = -4;

const md5 = (...parts: readonly Buffer[]): Buffer => createHash('md5').update(Buffer.concat(parts)).digest();

export class PdfCipher {
  readonly #key: Buffer;
  readonly #owner: Buffer;
  readonly #fileId = Buffer.from('a file id of ours', 'latin1').subarray(0, 16);

  constructor(password: string) {
    const padded = Buffer.concat([Buffer.from(password, 'latin1'), PADDING]).subarray(0, 32);
    this.#owner = rc4(md5(padded).subarray(0, KEY_BYTES), padded);
    const permissions = Buffer.alloc(4);
    permissions.writeInt32LE(ALL_PERMISSIONS);
    this.#key = md5(padded, this.#owner, permissions, this.#fileId).subarray(0, KEY_BYTES);
  }

  get fileIdHex(): string {
    return this.#fileId.toString('hex');
  }

  get dictionary(): string {
    const user = rc4(this.#key, PADDING).toString('hex');
    return `<< /Filter /Standard /V 1 /R 2 /O <${this.#owner.toString('hex')}> /U <${user}> /P ${ALL_PERMISSIONS} >>`;
  }

  /** The bytes of a string or stream of object `id`, a character a byte. */
  encrypt(id: number, latin: string): string {
    const number = Buffer.from([id & 255, (id >> 8) & 255, (id >> 16) & 255, 0, 0]);
    const key = md5(this.#key, number).subarray(0, KEY_BYTES + 5);
    return rc4(key, Buffer.from(latin, 'latin1')).toString('latin1');
  }
}

function rc4(key: Buffer, data: Buffer): Buffer {
  const box = Uint8Array.from({ length: 256 }, (_, i) => i);
  const swap = (a: number, b: number): void => {
    [box[a], box[b]] = [box[b] ?? 0, box[a] ?? 0];
  };
  for (let i = 0, j = 0; i < 256; i++) {
    j = (j + (box[i] ?? 0) + (key[i % key.length] ?? 0)) & 255;
    swap(i, j);
  }
  let [i, j] = [0, 0];
  return Buffer.from(
    data.map((byte) => {
      i = (i + 1) & 255;
      j = (j + (box[i] ?? 0)) & 255;
      swap(i, j);
      return byte ^ (box[((box[i] ?? 0) + (box[j] ?? 0)) & 255] ?? 0);
    }),
  );
}
