/**
 * The form of a file of quantised weights: magic, version, length and SHA-256 of a JSON header, the header, then matrix
 * behind matrix as the device has them, cut into pieces of whole rows: a piece's weights, then its scales. The header holds
 * every piece's SHA-256.
 */
import { isQuantised, type QuantisedFormat } from '../../kernels/quantise.ts';
import { rowByteLength, rowScaleByteLength } from '../../kernels/weightFormats.ts';

/** Goes up with any change of this form or of what the quantisers compute. */
export const QUANTISED_VERSION = 1;

/** What the weights are those of. */
export interface QuantisedIdentity {
  /** The model's, in this precision. */
  readonly fingerprint: string;
  readonly precision: string;
  /** The device that quantised, with its driver: another may round otherwise, or better. */
  readonly device: string;
}

export interface KeptMatrix {
  readonly name: string;
  readonly format: QuantisedFormat;
  readonly rows: number;
  readonly columns: number;
  /** Of its first byte, from the start of the data. */
  readonly offset: number;
  /** SHA-256 of each piece, hexadecimal. */
  readonly digests: readonly string[];
}

export interface QuantisedHeader extends QuantisedIdentity {
  /** The path that the model's own file had. */
  readonly modelPath: string;
  readonly matrices: readonly KeptMatrix[];
}

/** Rows of a piece, and bytes of each. */
export interface PieceShape {
  readonly rows: number;
  readonly weightBytes: number;
  readonly scaleBytes: number;
}

const MAGIC = 'ANSERQWT';
/** Magic, version, the header's length and its digest. */
export const PREFIX_BYTES = 8 + 4 + 4 + 32;
/** Far more than any model needs: a digest for each two megabytes. */
const MAX_HEADER_BYTES = 16 << 20;
const ALIGNMENT = 4096;
const PIECE_BYTES = 2 << 20;
const DIGEST = /^[0-9a-f]{64}$/u;

const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

export function pieceShape({ format, columns }: Pick<KeptMatrix, 'format' | 'columns'>): PieceShape {
  const [weightBytes, scaleBytes] = [rowByteLength(format, columns), rowScaleByteLength(format, columns)];
  return { rows: Math.max(1, Math.floor(PIECE_BYTES / (weightBytes + scaleBytes))), weightBytes, scaleBytes };
}

export const pieceCount = (matrix: Omit<KeptMatrix, 'offset' | 'digests'>): number =>
  Math.ceil(matrix.rows / pieceShape(matrix).rows);

export function matrixByteLength(matrix: Omit<KeptMatrix, 'offset' | 'digests'>): number {
  const { weightBytes, scaleBytes } = pieceShape(matrix);
  return matrix.rows * (weightBytes + scaleBytes);
}

/** Where the data begin behind a header of this many bytes. */
const dataStart = (headerBytes: number): number => Math.ceil((PREFIX_BYTES + headerBytes) / ALIGNMENT) * ALIGNMENT;

export const hex = (bytes: ArrayBuffer): string =>
  Array.from(new Uint8Array(bytes), (byte) => byte.toString(16).padStart(2, '0')).join('');

export const sha256 = (bytes: Uint8Array<ArrayBuffer>): Promise<ArrayBuffer> => crypto.subtle.digest('SHA-256', bytes);

/**
 * Lays matrices out one behind the other. Offsets in what is returned count from the start of the data.
 */
export function layOut(matrices: readonly Omit<KeptMatrix, 'offset' | 'digests'>[]): {
  readonly matrices: readonly KeptMatrix[];
  readonly byteLength: number;
} {
  let offset = 0;
  const placed = matrices.map(({ name, format, rows, columns }) => {
    const matrix = { name, format, rows, columns };
    const digests = Array.from({ length: pieceCount(matrix) }, () => '0'.repeat(64));
    const kept = { ...matrix, offset, digests };
    offset += matrixByteLength(matrix);
    return kept;
  });
  return { matrices: placed, byteLength: offset };
}

/** The beginning of a file, up to where the data start. */
export async function encodeHeader(header: QuantisedHeader): Promise<Uint8Array<ArrayBuffer>> {
  const text = encoder.encode(JSON.stringify(header));
  const bytes = new Uint8Array(dataStart(text.length));
  const view = new DataView(bytes.buffer);
  bytes.set(encoder.encode(MAGIC));
  view.setUint32(8, QUANTISED_VERSION, true);
  view.setUint32(12, text.length, true);
  bytes.set(new Uint8Array(await sha256(text)), 16);
  bytes.set(text, PREFIX_BYTES);
  return bytes;
}

/** The length of the header behind the first `PREFIX_BYTES`; undefined where they are not ours or of another version. */
export function headerLength(prefix: Uint8Array<ArrayBuffer>): number | undefined {
  if (prefix.length < PREFIX_BYTES) return undefined;
  const view = new DataView(prefix.buffer, prefix.byteOffset, PREFIX_BYTES);
  const magic = String.fromCharCode(...prefix.subarray(0, 8));
  const length = view.getUint32(12, true);
  return magic === MAGIC && view.getUint32(8, true) === QUANTISED_VERSION && length <= MAX_HEADER_BYTES
    ? length
    : undefined;
}

export interface ParsedHeader extends QuantisedHeader {
  /** Where offsets count from. */
  readonly dataStart: number;
}

/** @returns undefined where the header is damaged or its matrices do not make up a file of `size` bytes */
export async function parseHeader(
  prefix: Uint8Array<ArrayBuffer>,
  text: Uint8Array<ArrayBuffer>,
  size: number,
): Promise<ParsedHeader | undefined> {
  const digest = hex(prefix.slice(16, PREFIX_BYTES).buffer);
  if (hex(await sha256(text)) !== digest) return undefined;
  let value: unknown;
  try {
    value = JSON.parse(decoder.decode(text));
  } catch {
    return undefined;
  }
  if (!isHeader(value)) return undefined;
  const start = dataStart(text.length);
  let offset = 0;
  for (const matrix of value.matrices) {
    if (matrix.offset !== offset || matrix.digests.length !== pieceCount(matrix)) return undefined;
    offset += matrixByteLength(matrix);
  }
  return start + offset === size ? { ...value, dataStart: start } : undefined;
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && Number(value) >= 0;

function isHeader(value: unknown): value is QuantisedHeader {
  if (!isRecord(value)) return false;
  const { fingerprint, precision, device, modelPath, matrices } = value;
  const texts = [fingerprint, precision, device, modelPath].every((text) => typeof text === 'string');
  return texts && Array.isArray(matrices) && matrices.every(isKeptMatrix);
}

function isKeptMatrix(value: unknown): value is KeptMatrix {
  if (!isRecord(value)) return false;
  const { name, format, rows, columns, offset, digests } = value;
  return (
    typeof name === 'string' &&
    typeof format === 'string' &&
    isQuantised(format as QuantisedFormat) &&
    [rows, columns, offset].every(isCount) &&
    Number(columns) > 0 &&
    Array.isArray(digests) &&
    digests.every((digest) => typeof digest === 'string' && DIGEST.test(digest))
  );
}
