/**
 * Rewrites a GGUF file with its quantised tensors as F16, for engines that are to be compared on the very same numbers.
 *   node scripts/run.mjs tools/ggufToF16.ts FROM.gguf TO.gguf
 * Metadata and vocabulary are kept byte for byte (so `general.file_type` still names the old format).
 */
import { open, rm, type FileHandle } from 'node:fs/promises';
import { EngineError } from '../src/engine/api/errors.ts';
import { BLOCK_FORMATS, elementCount, type BlockFormat } from '../src/engine/formats/blockFormats.ts';
import type { ByteSource } from '../src/engine/formats/byteSource.ts';
import { readGgufHeader, type GgufHeader, type GgufTensor } from '../src/engine/formats/ggufHeader.ts';
import { f32ToF16 } from '../src/engine/formats/halfFloat.ts';
import { fileSource } from '../src/engine/hosts/files.ts';

/** Blocks converted at a time: a few MB, whatever the size of the model. */
const PIECE_BLOCKS = 1 << 16;

/** A tensor of the source with its place in the new file. */
interface Row extends GgufTensor {
  readonly format: BlockFormat;
  /** Type and place in the new file. */
  readonly newType: number;
  readonly newOffset: number;
}

/**
 * Writes `source` (GGUF) to the file `to`, block-quantised tensors as F16, the others as they are.
 * @throws EngineError `model-unreadable` or `model-unsupported` for what is no readable GGUF file
 */
export async function ggufToF16(source: ByteSource, to: string): Promise<void> {
  const header = await readGgufHeader(source);
  const alignment = Number(header.metadata.get('general.alignment') ?? 32);
  const rows = placeRows(source.name, header, alignment);
  const file = await open(to, 'w');
  try {
    const metadata = await metadataBytes(source, header);
    const start = Buffer.concat([
      metadata,
      tableBytes(rows.map((row) => ({ ...row, ggmlType: row.newType, offset: row.newOffset }))),
    ]);
    const dataStart = roundUp(start.length, alignment);
    await file.write(start, 0, start.length, 0);
    for (const row of rows)
      await copyTensor(source, header.dataStart + row.offset, row, file, dataStart + row.newOffset);
    const end = rows.reduce((last, row) => Math.max(last, row.newOffset + newByteLength(row)), 0);
    await file.truncate(dataStart + roundUp(end, alignment));
  } catch (error) {
    await file.close();
    await rm(to, { force: true });
    throw error;
  }
  await file.close();
}

const roundUp = (value: number, step: number): number => Math.ceil(value / step) * step;

const newByteLength = (row: Row): number =>
  elementCount(row.shape) * (row.format.elements > 1 ? BLOCK_FORMATS.f16.bytes : row.format.bytes);

function placeRows(file: string, { tensors }: GgufHeader, alignment: number): Row[] {
  let newOffset = 0;
  return tensors.map((tensor) => {
    const format = Object.values(BLOCK_FORMATS).find(({ ggmlType }) => ggmlType === tensor.ggmlType);
    if (!format)
      throw new EngineError(
        'model-unsupported',
        `${file}: tensor ${tensor.name} has the unknown GGML type ${tensor.ggmlType}.`,
      );
    const newType = format.elements > 1 ? BLOCK_FORMATS.f16.ggmlType : tensor.ggmlType;
    const row = { ...tensor, format, newType, newOffset };
    newOffset += roundUp(newByteLength(row), alignment);
    return row;
  });
}

/** All before the table of tensors. The reader does not say where that is, so the table is written again and looked up. */
async function metadataBytes(source: ByteSource, { tensors, dataStart }: GgufHeader): Promise<Buffer> {
  const start = Buffer.from(await source.read(0, dataStart));
  const end = start.lastIndexOf(tableBytes(tensors));
  if (end < 0)
    throw new EngineError('model-unreadable', `${source.name}: its table of tensors is not where it was read.`);
  return start.subarray(0, end);
}

function tableBytes(tensors: readonly GgufTensor[]): Buffer {
  return Buffer.concat(
    tensors.map(({ name, shape, ggmlType, offset }) => {
      const text = Buffer.from(name);
      const row = Buffer.alloc(8 + text.length + 4 + 8 * shape.length + 4 + 8);
      let at = row.writeBigUInt64LE(BigInt(text.length));
      at += text.copy(row, at);
      at = row.writeUInt32LE(shape.length, at);
      for (const size of shape.toReversed()) at = row.writeBigUInt64LE(BigInt(size), at);
      at = row.writeUInt32LE(ggmlType, at);
      row.writeBigUInt64LE(BigInt(offset), at);
      return row;
    }),
  );
}

async function copyTensor(source: ByteSource, from: number, row: Row, file: FileHandle, to: number): Promise<void> {
  const { elements, bytes } = row.format;
  const blocks = elementCount(row.shape) / elements;
  let at = to;
  for (let block = 0; block < blocks; block += PIECE_BLOCKS) {
    const count = Math.min(PIECE_BLOCKS, blocks - block);
    const stored = await source.read(from + block * bytes, count * bytes);
    const piece = elements > 1 ? toF16(stored, count * elements, row.format) : stored;
    await file.write(piece, 0, piece.length, at);
    at += piece.length;
  }
}

function toF16(stored: Uint8Array, count: number, { dequantise }: BlockFormat): Uint8Array {
  const numbers = new Float32Array(count);
  dequantise(stored, numbers);
  const halves = new Uint16Array(count);
  f32ToF16(numbers, halves);
  return new Uint8Array(halves.buffer);
}

if (import.meta.main) {
  const [from, to] = process.argv.slice(2);
  if (from === undefined || to === undefined)
    throw new EngineError('invalid-argument', 'Give two paths: the GGUF file to read and the one to write.');
  const source = await fileSource(from);
  await ggufToF16(source, to);
  await source.close();
}
