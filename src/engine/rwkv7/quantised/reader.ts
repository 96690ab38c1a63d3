/** Reads quantised weights that an earlier load has kept. */
import type { ByteSource } from '../../formats/byteSource.ts';
import type { Matrix } from '../matrix.ts';
import {
  headerLength,
  hex,
  parseHeader,
  pieceCount,
  pieceShape,
  PREFIX_BYTES,
  sha256,
  type KeptMatrix,
  type ParsedHeader,
  type QuantisedIdentity,
} from './format.ts';
import type { QuantisedStore } from './store.ts';

/** Kept weights that are not what was written, or not those that are wanted: to be removed, and made anew. */
export class DamagedQuantisedFile extends Error {}

/** Rows of a matrix as the device has them. */
export interface KeptRows {
  readonly firstRow: number;
  readonly rows: number;
  readonly weights: Uint8Array<ArrayBuffer>;
  readonly scales: Uint8Array<ArrayBuffer>;
}

/** Reads a whole header. @returns undefined for anything but a sound file of this version */
export async function readHeader(source: ByteSource): Promise<ParsedHeader | undefined> {
  if (source.size < PREFIX_BYTES) return undefined;
  const prefix = await source.read(0, PREFIX_BYTES);
  const length = headerLength(prefix);
  if (length === undefined || PREFIX_BYTES + length > source.size) return undefined;
  return parseHeader(prefix, await source.read(PREFIX_BYTES, length), source.size);
}

export class QuantisedReader {
  readonly #source: ByteSource;
  readonly #dataStart: number;
  readonly #matrices: ReadonlyMap<string, KeptMatrix>;

  private constructor(source: ByteSource, { dataStart, matrices }: ParsedHeader) {
    this.#source = source;
    this.#dataStart = dataStart;
    this.#matrices = new Map(matrices.map((matrix) => [matrix.name, matrix]));
  }

  /** The kept weights of the identity; a file of the name that does not hold them is removed. */
  static async open(
    store: QuantisedStore,
    name: string,
    wanted: QuantisedIdentity,
  ): Promise<QuantisedReader | undefined> {
    const source = await store.open(name);
    if (!source) return undefined;
    const header = await readHeader(source).catch(() => undefined);
    const { fingerprint, precision, device } = wanted;
    const fits = header?.fingerprint === fingerprint && header.precision === precision && header.device === device;
    if (header && fits) return new QuantisedReader(source, header);
    await source.close();
    await store.remove(name);
    return undefined;
  }

  /** Bytes of the largest piece of a matrix, for `read`. */
  static pieceBytes(matrix: KeptMatrix): number {
    const { rows, weightBytes, scaleBytes } = pieceShape(matrix);
    return rows * (weightBytes + scaleBytes);
  }

  static pieces = pieceCount;

  /** @throws DamagedQuantisedFile where the file does not have the matrix in this form */
  matrix({ name, format, rows, columns }: Matrix): KeptMatrix {
    const kept = this.#matrices.get(name);
    if (kept?.format !== format || kept.rows !== rows || kept.columns !== columns)
      throw new DamagedQuantisedFile(`the kept weights lack ${name}`);
    return kept;
  }

  /** Piece `index` of a matrix, maybe in memory of `buffer`. @throws DamagedQuantisedFile */
  async read(matrix: KeptMatrix, index: number, buffer: Uint8Array<ArrayBuffer>): Promise<KeptRows> {
    const { rows: usual, weightBytes, scaleBytes } = pieceShape(matrix);
    const firstRow = index * usual;
    const rows = Math.min(usual, matrix.rows - firstRow);
    const rowBytes = weightBytes + scaleBytes;
    const at = this.#dataStart + matrix.offset + firstRow * rowBytes;
    const bytes = await this.#source.read(at, rows * rowBytes, buffer).catch((cause: unknown) => {
      throw new DamagedQuantisedFile(`${matrix.name} cannot be read`, { cause });
    });
    if (hex(await sha256(bytes)) !== matrix.digests[index])
      throw new DamagedQuantisedFile(`${matrix.name} is not what was written`);
    return {
      ...{ firstRow, rows },
      weights: bytes.subarray(0, rows * weightBytes),
      scales: bytes.subarray(rows * weightBytes),
    };
  }

  close(): Promise<void> {
    return this.#source.close();
  }
}
