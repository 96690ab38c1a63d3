/** Writes models as safetensors: saved again from an official file, or as web-rwkv's converters do. */
import type { TensorFormat } from '../../src/engine/formats/weightSource.ts';
import { ByteWriter } from './byteWriter.ts';
import { encodeValues, isAdapter, transposed, type ModelTensors } from './randomModel.ts';

export interface SafetensorsEntry {
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly data_offsets: readonly [begin: number, end: number];
}

export interface SafetensorsOptions {
  readonly format?: 'f32' | 'f16' | 'bf16';
  /** `out-in`: web-rwkv's `.st`. */
  readonly adapters?: 'in-out' | 'out-in';
  /** Changes what the table says of a tensor. */
  readonly lie?: (name: string, entry: SafetensorsEntry) => unknown;
  readonly metadata?: Readonly<Record<string, string>>;
}

const DTYPES: Readonly<Record<TensorFormat, string>> = {
  f32: 'F32',
  f16: 'F16',
  bf16: 'BF16',
  q8_0: 'Q8_0',
  q4_0: 'Q4_0',
};

/** A file of the given JSON table (or other text) and data. */
export function writeSafetensorsTable(table: unknown, data: Uint8Array): Uint8Array<ArrayBuffer> {
  const header = new TextEncoder().encode(typeof table === 'string' ? table : JSON.stringify(table));
  return new ByteWriter().u64(header.length).bytes(header).bytes(data).finish();
}

export function writeSafetensors(model: ModelTensors, options: SafetensorsOptions = {}): Uint8Array<ArrayBuffer> {
  const {
    format = 'bf16',
    adapters = 'in-out',
    metadata = { format: 'pt' },
    lie = (_: string, entry: SafetensorsEntry): unknown => entry,
  } = options;
  const table: Record<string, unknown> = { __metadata__: metadata };
  const data = new ByteWriter();
  for (const [name, official] of model) {
    const tensor = adapters === 'out-in' && isAdapter(name) ? transposed(official) : official;
    const begin = data.length;
    data.bytes(encodeValues(tensor.values, format));
    table[name] = lie(name, { dtype: DTYPES[format], shape: tensor.shape, data_offsets: [begin, data.length] });
  }
  return writeSafetensorsTable(table, data.finish());
}
