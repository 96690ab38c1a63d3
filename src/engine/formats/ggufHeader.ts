/** The header of a GGUF file (version 2 or 3): metadata, vocabulary, and the table of tensors with GGUF's own names. */
import { MAX_DIMENSIONS, MAX_TENSORS, viewOf } from './boundedRead.ts';
import type { ByteSource } from './byteSource.ts';
import { ForwardReader } from './forwardReader.ts';
import { makeVocabulary, unescapeToken } from './ggufVocabulary.ts';
import { unreadable, unsupported } from './modelErrors.ts';

/** A row of the table. */
export interface GgufTensor {
  readonly name: string;
  /** Outermost dimension first (the file has them the other way round). */
  readonly shape: readonly number[];
  readonly ggmlType: number;
  /** From the start of the data. */
  readonly offset: number;
}

export interface GgufHeader {
  /** Numbers and booleans as text too; arrays are left out. */
  readonly metadata: ReadonlyMap<string, string>;
  /** Only where the tokeniser is RWKV's. */
  readonly vocabulary: ReadonlyMap<number, Uint8Array> | undefined;
  readonly tensors: readonly GgufTensor[];
  /** Offset in the file of the first byte of data. */
  readonly dataStart: number;
}

const MAGIC = 0x46554747; // "GGUF"
const TYPE_STRING = 8;
const TYPE_ARRAY = 9;
const TYPE_I32 = 5;

/** The scalar types of metadata: bytes, and the value as text. */
const SCALARS: ReadonlyMap<number, { readonly bytes: number; readonly text: (v: DataView) => string }> = new Map([
  [0, { bytes: 1, text: (v) => String(v.getUint8(0)) }],
  [1, { bytes: 1, text: (v) => String(v.getInt8(0)) }],
  [2, { bytes: 2, text: (v) => String(v.getUint16(0, true)) }],
  [3, { bytes: 2, text: (v) => String(v.getInt16(0, true)) }],
  [4, { bytes: 4, text: (v) => String(v.getUint32(0, true)) }],
  [TYPE_I32, { bytes: 4, text: (v) => String(v.getInt32(0, true)) }],
  [6, { bytes: 4, text: (v) => String(v.getFloat32(0, true)) }],
  [7, { bytes: 1, text: (v) => String(v.getUint8(0) !== 0) }],
  [10, { bytes: 8, text: (v) => String(v.getBigUint64(0, true)) }],
  [11, { bytes: 8, text: (v) => String(v.getBigInt64(0, true)) }],
  [12, { bytes: 8, text: (v) => String(v.getFloat64(0, true)) }],
]);

const MAX_KEYS = 65536;
const MAX_NAME_BYTES = 1024;
const MAX_TEXT_BYTES = 2 ** 20;
/** Of an array of texts: sixteen World vocabularies. Bounds the time that reading one by one takes. */
const MAX_TEXTS = 2 ** 20;
const MAX_ALIGNMENT = 65536;
/** Name, dimension count, one dimension, type, offset. */
const MIN_TENSOR_BYTES = 32;
/** Key, type, value of one byte. */
const MIN_KEY_BYTES = 13;
const STRING_LENGTH_BYTES = 8;

const TOKENS_KEY = 'tokenizer.ggml.tokens';
const TOKEN_TYPES_KEY = 'tokenizer.ggml.token_type';

interface Metadata {
  readonly texts: Map<string, string>;
  tokens?: Uint8Array[];
  tokenTypes?: Int32Array;
}

/** Reads or passes over an array; of all arrays only the vocabulary is kept. */
async function readArray(reader: ForwardReader, key: string, metadata: Metadata): Promise<void> {
  const type = await reader.u32(`the type of ${key}`);
  const scalar = SCALARS.get(type);
  if (!scalar && type !== TYPE_STRING) throw unreadable(reader.file, `${key} is an array of unknown type ${type}`);
  const count = await reader.count(scalar?.bytes ?? STRING_LENGTH_BYTES, Infinity, `items of ${key}`);
  if (type === TYPE_STRING) {
    if (count > MAX_TEXTS) throw unreadable(reader.file, `${key} claims ${count} texts`);
    const tokens: Uint8Array[] | undefined = key === TOKENS_KEY ? (metadata.tokens = []) : undefined;
    for (let i = 0; i < count; i++) {
      const text = await reader.prefixed(MAX_TEXT_BYTES, `an item of ${key}`);
      tokens?.push(unescapeToken(text));
    }
  } else if (scalar && key === TOKEN_TYPES_KEY && type === TYPE_I32 && count <= MAX_TEXTS) {
    const view = viewOf(await reader.bytes(count * scalar.bytes, key));
    metadata.tokenTypes = Int32Array.from({ length: count }, (_, i) => view.getInt32(4 * i, true));
  } else reader.skip(count * (scalar?.bytes ?? 0), key);
}

async function readMetadata(reader: ForwardReader, count: number): Promise<Metadata> {
  const metadata: Metadata = { texts: new Map() };
  const seen = new Set<string>();
  for (let i = 0; i < count; i++) {
    const key = await reader.text(MAX_NAME_BYTES, 'a metadata key');
    if (seen.has(key)) throw unreadable(reader.file, `its metadata give ${key} twice`);
    seen.add(key);
    const type = await reader.u32(`the type of ${key}`);
    const scalar = SCALARS.get(type);
    if (scalar) metadata.texts.set(key, scalar.text(viewOf(await reader.bytes(scalar.bytes, key))));
    else if (type === TYPE_STRING) metadata.texts.set(key, await reader.text(MAX_TEXT_BYTES, key));
    else if (type === TYPE_ARRAY) await readArray(reader, key, metadata);
    else throw unreadable(reader.file, `its metadata ${key} has the unknown type ${type}`);
  }
  return metadata;
}

async function readTensorRow(reader: ForwardReader): Promise<GgufTensor> {
  const name = await reader.text(MAX_NAME_BYTES, 'the name of a tensor');
  const dimensions = await reader.u32(`the dimensions of ${name}`);
  if (dimensions > MAX_DIMENSIONS) throw unreadable(reader.file, `tensor ${name} claims ${dimensions} dimensions`);
  const shape: number[] = [];
  for (let i = 0; i < dimensions; i++) shape.unshift(await reader.u64(`the shape of ${name}`));
  const ggmlType = await reader.u32(`the type of ${name}`);
  return { name, shape, ggmlType, offset: await reader.u64(`the place of ${name}`) };
}

async function readVersion(reader: ForwardReader): Promise<void> {
  if ((await reader.u32('its signature')) !== MAGIC) throw unreadable(reader.file, 'it does not begin as a GGUF file');
  const version = await reader.u32('its version');
  if (version !== 2 && version !== 3)
    throw unsupported(
      reader.file,
      version > 0xffff ? 'it is a big-endian GGUF file' : `it is a GGUF file of version ${version}, not 2 or 3`,
    );
}

function alignmentOf(reader: ForwardReader, { texts }: Metadata): number {
  const alignment = Number(texts.get('general.alignment') ?? 32);
  // A power of two; `&` is safe below the bound.
  if (!(
    Number.isInteger(alignment) &&
    alignment > 0 &&
    alignment <= MAX_ALIGNMENT &&
    (alignment & (alignment - 1)) === 0
  ))
    throw unreadable(reader.file, `its alignment is ${texts.get('general.alignment')}`);
  return alignment;
}

function vocabularyOf(reader: ForwardReader, { texts, tokens, tokenTypes }: Metadata): GgufHeader['vocabulary'] {
  if (!tokens || texts.get('tokenizer.ggml.model') !== 'rwkv') return undefined;
  if (tokenTypes && tokenTypes.length !== tokens.length)
    throw unreadable(reader.file, `its vocabulary has ${tokens.length} tokens, but types for ${tokenTypes.length}`);
  return makeVocabulary(tokens, tokenTypes);
}

/**
 * Reads the header of a GGUF file.
 * @throws EngineError `model-unreadable` for a broken header, `model-unsupported` for other versions and byte orders.
 */
export async function readGgufHeader(source: ByteSource): Promise<GgufHeader> {
  const reader = new ForwardReader(source);
  await readVersion(reader);
  const tensorCount = await reader.count(MIN_TENSOR_BYTES, MAX_TENSORS, 'tensors');
  const keyCount = await reader.count(MIN_KEY_BYTES, MAX_KEYS, 'metadata keys');
  const metadata = await readMetadata(reader, keyCount);
  const tensors: GgufTensor[] = [];
  for (let i = 0; i < tensorCount; i++) tensors.push(await readTensorRow(reader));
  const alignment = alignmentOf(reader, metadata);
  const misplaced = tensors.find(({ offset }) => offset % alignment !== 0);
  if (misplaced) throw unreadable(source.name, `tensor ${misplaced.name} is not at a multiple of ${alignment} bytes`);
  return {
    metadata: metadata.texts,
    vocabulary: vocabularyOf(reader, metadata),
    tensors,
    dataStart: Math.ceil(reader.position / alignment) * alignment,
  };
}
