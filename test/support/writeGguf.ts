/** Writes models as GGUF, as llama.cpp's converter does: its names, fused mixes, adapters [out][in]. */
import { BLOCK_FORMATS } from '../../src/engine/formats/blockFormats.ts';
import type { TensorFormat } from '../../src/engine/formats/weightSource.ts';
import { ByteWriter, type Hole } from './byteWriter.ts';
import { encodeValues, isAdapter, transposed, type ModelTensors } from './randomModel.ts';

export type GgufValue =
  | { readonly type: 'u32' | 'u16'; readonly value: number }
  | { readonly type: 'string'; readonly value: string }
  | { readonly type: 'strings'; readonly value: readonly string[] }
  /** Texts that are encoded already, each behind its length. */
  | { readonly type: 'encodedStrings'; readonly count: number; readonly value: Uint8Array }
  | { readonly type: 'i32s'; readonly value: readonly number[] };

export interface GgufRow {
  readonly name: string;
  /** Outermost first. */
  readonly shape: readonly number[];
  readonly ggmlType: number;
  readonly bytes: Uint8Array | Hole;
  /** Instead of the true one. */
  readonly offset?: number | bigint;
}

export interface GgufOptions {
  /** Of the large matrices; vectors and adapters are f32. */
  readonly format?: TensorFormat;
  /** Further metadata, or other values for the usual ones. */
  readonly metadata?: Readonly<Record<string, GgufValue>>;
}

export interface GgufFileOptions {
  readonly version?: number;
  readonly alignment?: number;
  /** Counts that the header claims instead of the true ones. */
  readonly claimed?: { readonly tensors?: number | bigint; readonly keys?: number | bigint };
}

const text = (out: ByteWriter, value: string): ByteWriter => {
  const bytes = new TextEncoder().encode(value);
  return out.u64(bytes.length).bytes(bytes);
};

function writeValue(out: ByteWriter, value: GgufValue): void {
  switch (value.type) {
    case 'u16':
      return void out.u32(2).u16(value.value);
    case 'u32':
      return void out.u32(4).u32(value.value);
    case 'string':
      return void text(out.u32(8), value.value);
    case 'strings':
      out.u32(9).u32(8).u64(value.value.length);
      for (const item of value.value) text(out, item);
      return;
    case 'encodedStrings':
      return void out.u32(9).u32(8).u64(value.count).bytes(value.value);
    case 'i32s':
      out.u32(9).u32(5).u64(value.value.length);
      for (const item of value.value) out.u32(item);
  }
}

/** A file of given metadata and tensors. */
export const writeGgufFile = (
  metadata: Readonly<Record<string, GgufValue>>,
  rows: readonly GgufRow[],
  options: GgufFileOptions = {},
): Uint8Array<ArrayBuffer> => ggufWriter(metadata, rows, options).finish();

/** The file still in pieces, with room for tensors whose bytes do not matter. */
export function ggufWriter(
  metadata: Readonly<Record<string, GgufValue>>,
  rows: readonly GgufRow[],
  options: GgufFileOptions = {},
): ByteWriter {
  const { version = 3, alignment = 32, claimed = {} } = options;
  const keys = Object.entries(metadata);
  const out = new ByteWriter()
    .text('GGUF')
    .u32(version)
    .u64(claimed.tensors ?? rows.length)
    .u64(claimed.keys ?? keys.length);
  for (const [key, value] of keys) writeValue(text(out, key), value);
  const data = new ByteWriter();
  for (const { name, shape, ggmlType, bytes, offset } of rows) {
    text(out, name).u32(shape.length);
    for (const n of shape.toReversed()) out.u64(n);
    out.u32(ggmlType).u64(offset ?? data.length);
    data.bytes(bytes).align(alignment);
  }
  return out.align(alignment).append(data);
}

/** llama.cpp's name for an official one. */
export function ggufName(name: string): string {
  return name
    .replace(/^emb\./, 'token_embd.')
    .replace(/^head\./, 'output.')
    .replace(/^ln_out\./, 'output_norm.')
    .replace(/^blocks\.0\.ln0\./, 'token_embd_norm.')
    .replace(/^blocks\./, 'blk.')
    .replace('.ln1.', '.attn_norm.')
    .replace('.ln2.', '.attn_norm_2.')
    .replace('.ffn.x_k', '.channel_mix_lerp_k.weight')
    .replace('.ffn.', '.channel_mix_')
    .replace('.att.ln_x.', '.time_mix_ln.')
    .replace(/\.att\.([wavg][012]|[kr]_[ka]|k_k)$/, '.time_mix_$1.weight')
    .replace('.att.', '.time_mix_');
}

const MIXES = ['x_r', 'x_w', 'x_k', 'x_v', 'x_a', 'x_g'];
const VALUE_RESIDUAL_0 = /^blocks\.0\.att\.v([012])$/;

/** The tensors as the converter lists them: block 0's value residual is a copy of the learning rate's adapter. */
export function ggufRows(model: ModelTensors, format: TensorFormat): GgufRow[] {
  return [...model].flatMap(([name, own]) => {
    if (/\.att\.x_[wkvag]$/.test(name)) return [];
    const official = model.get(name.replace(VALUE_RESIDUAL_0, 'blocks.0.att.a$1')) ?? own;
    if (name.endsWith('.att.x_r')) {
      const mixes = MIXES.map((mix) => model.get(name.replace('x_r', mix))?.values ?? new Float32Array());
      const values = Float32Array.from(mixes.flatMap((mix) => [...mix]));
      const shape = [MIXES.length, 1, 1, values.length / MIXES.length];
      return [
        {
          name: name.replace('blocks', 'blk').replace('att.x_r', 'time_mix_lerp_fused.weight'),
          shape,
          ggmlType: 0,
          bytes: encodeValues(values, 'f32'),
        },
      ];
    }
    const { shape, values } = isAdapter(name) ? transposed(official) : official;
    const isVector = isAdapter(name) || !name.endsWith('.weight') || shape.length < 2;
    const stored = isVector ? 'f32' : format;
    const flat = isAdapter(name) || !isVector ? shape : [values.length];
    return [
      {
        name: ggufName(name),
        shape: flat,
        ggmlType: BLOCK_FORMATS[stored].ggmlType,
        bytes: encodeValues(values, stored),
      },
    ];
  });
}

/** The metadata of the converter, with a vocabulary of a few tokens. */
export const ggufMetadata = (headSize: number): Record<string, GgufValue> => ({
  'general.architecture': { type: 'string', value: 'rwkv7' },
  'general.name': { type: 'string', value: 'tiny' },
  'rwkv7.wkv.head_size': { type: 'u32', value: headSize },
  'tokenizer.ggml.model': { type: 'string', value: 'rwkv' },
  'tokenizer.ggml.tokens': { type: 'strings', value: ['<s>', '\\x00', '\\n', 'a', "\\'", '\\xe4\\xbd', '[PAD6]'] },
  'tokenizer.ggml.token_type': { type: 'i32s', value: [3, 1, 1, 1, 1, 1, 5] },
});

export function writeGguf(model: ModelTensors, options: GgufOptions = {}): Uint8Array<ArrayBuffer> {
  const headSize = model.get('blocks.0.att.r_k')?.shape.at(-1) ?? 0;
  return writeGgufFile({ ...ggufMetadata(headSize), ...options.metadata }, ggufRows(model, options.format ?? 'f16'));
}
