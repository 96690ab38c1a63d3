/**
 * Safetensors: an 8-byte length, a JSON table, then the data. Two kinds of RWKV-7 come in it: official tensors saved
 * again, and web-rwkv's `.st` with its low-rank adapters transposed. Format: github.com/huggingface/safetensors.
 */
import { MAX_TENSORS, readHeader, readText, readU64, requireRange, viewOf } from './boundedRead.ts';
import type { ByteSource } from './byteSource.ts';
import { unreadable, unsupported } from './modelErrors.ts';
import { makeWeightSource, storedByteLength, type StoredTensor } from './tensorTable.ts';
import type { TensorFormat, WeightSource } from './weightSource.ts';

const FORMATS: Readonly<Record<string, TensorFormat>> = { F32: 'f32', F16: 'f16', BF16: 'bf16' };
const LENGTH_BYTES = 8;
const METADATA = '__metadata__';
/** {name: {shape: [n]}} */
const MAX_DEPTH = 3;

type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

const isRecord = (value: Json | undefined): value is { readonly [key: string]: Json } =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Nesting and number of `key:` pairs of a JSON text, told without building it. */
function surveyJson(text: string): { depth: number; keys: number } {
  let [depth, deepest, keys] = [0, 0, 0];
  for (let i = 0; i < text.length; i++) {
    const c = text[i];
    if (c === '{' || c === '[') deepest = Math.max(deepest, ++depth);
    else if (c === '}' || c === ']') depth--;
    else if (c === ':') keys++;
    else if (c === '"') while (++i < text.length && text[i] !== '"') if (text[i] === '\\') i++;
  }
  return { depth: deepest, keys };
}

const countKeys = (value: Json): number =>
  typeof value !== 'object' || value === null
    ? 0
    : Object.values(value).reduce<number>(
        (sum, item) => sum + countKeys(item),
        Array.isArray(value) ? 0 : Object.keys(value).length,
      );

/** Parses the table strictly: JSON.parse alone would let the last of two equal names win and build any nesting. */
function parseTable(file: string, text: string): { readonly [name: string]: Json } {
  const survey = surveyJson(text);
  if (survey.depth > MAX_DEPTH) throw unreadable(file, 'its header is nested too deep');
  let table: Json;
  try {
    // The shape of what JSON.parse returns is exactly `Json`.
    table = JSON.parse(text) as Json;
  } catch {
    throw unreadable(file, 'its header is not JSON');
  }
  if (!isRecord(table)) throw unreadable(file, 'its header is not a table of tensors');
  if (countKeys(table) !== survey.keys) throw unreadable(file, 'its header gives a name twice');
  return table;
}

function numbers(file: string, what: string, value: Json | undefined): readonly number[] {
  const sizes: number[] = [];
  for (const item of Array.isArray(value) ? (value as readonly Json[]) : [null])
    if (typeof item === 'number' && Number.isSafeInteger(item) && item >= 0) sizes.push(item);
    else throw unreadable(file, `${what} is not a list of sizes`);
  return sizes;
}

function parseTensor(source: ByteSource, dataStart: number, name: string, entry: Json): StoredTensor {
  const file = source.name;
  if (!isRecord(entry) || typeof entry['dtype'] !== 'string') throw unreadable(file, `tensor ${name} has no type`);
  const dtype = entry['dtype'];
  const format = Object.hasOwn(FORMATS, dtype) ? FORMATS[dtype] : undefined;
  if (!format) throw unsupported(file, `tensor ${name} is stored as ${dtype}, not as F32, F16 or BF16`);
  const shape = numbers(file, `the shape of tensor ${name}`, entry['shape']);
  const offsets = numbers(file, `the place of tensor ${name}`, entry['data_offsets']);
  const [begin = 0, end = 0] = offsets;
  const byteLength = storedByteLength(file, name, format, shape);
  if (offsets.length !== 2 || end - begin !== byteLength)
    throw unreadable(file, `tensor ${name} takes ${end - begin} bytes instead of ${byteLength}`);
  return { name, shape, format, offset: dataStart + begin, columnMajor: false };
}

function parseMetadata(file: string, value: Json | undefined): Map<string, string> {
  if (value === undefined) return new Map();
  if (!isRecord(value)) throw unreadable(file, 'its metadata is not a table');
  return new Map(
    Object.entries(value).map(([key, text]) => {
      if (typeof text !== 'string') throw unreadable(file, `its metadata ${key} is not a text`);
      return [key, text];
    }),
  );
}

/**
 * Opens a safetensors file; reads its header only.
 * @throws EngineError `model-unreadable` for a broken file, `model-unsupported` for types other than F32, F16 and BF16.
 */
export async function openSafetensors(source: ByteSource): Promise<WeightSource> {
  const file = source.name;
  const headerLength = readU64(
    file,
    viewOf(await readHeader(source, 0, LENGTH_BYTES, 'the length of its header')),
    0,
    'the length of its header',
  );
  const table = parseTable(
    file,
    readText(file, await readHeader(source, LENGTH_BYTES, headerLength, 'its header'), 'its header'),
  );
  const entries = Object.entries(table).filter(([name]) => name !== METADATA);
  if (entries.length > MAX_TENSORS) throw unreadable(file, `it lists ${entries.length} tensors`);
  const dataStart = LENGTH_BYTES + headerLength;
  requireRange(file, source.size, dataStart, 0, 'its data');
  return makeWeightSource({
    container: 'safetensors',
    source,
    tensors: entries.map(([name, entry]) => parseTensor(source, dataStart, name, entry)),
    adapters: 'by-shape',
    mayShare: false,
    metadata: parseMetadata(file, Object.hasOwn(table, METADATA) ? table[METADATA] : undefined),
    vocabulary: undefined,
  });
}
