/**
 * Writes RWKV-7 models of any shape with random weights as GGUF, for speed tests: a speed depends on the shapes and the
 * formats, not on the numbers. A block of random weights is made once and repeated, so that writing is as fast as the disk.
 *
 * Formats are those of llama.cpp's own converter and `llama-quantize --pure`: large matrices in the wanted format, the
 * adapters of the decay as F32, the other adapters as F16, vectors as F32.
 */
import { open, rm, type FileHandle } from 'node:fs/promises';
import { BLOCK_FORMATS, elementCount } from '../../../src/engine/formats/blockFormats.ts';
import { f16Bits } from '../../../src/engine/formats/halfFloat.ts';
import { LAYER_NORM_EPSILON, type ModelConfig } from '../../../src/engine/rwkv7/config.ts';

/** What GGUF says of a format. Our engine does not read Q4_0, so it is no entry of BLOCK_FORMATS. */
const FORMATS = {
  f32: { ...BLOCK_FORMATS.f32, fileType: 0 },
  f16: { ...BLOCK_FORMATS.f16, fileType: 1 },
  q8_0: { ...BLOCK_FORMATS.q8_0, fileType: 7 },
  q4_0: { elements: 32, bytes: 18, ggmlType: 2, fileType: 2 },
} as const;

type Format = keyof typeof FORMATS;

/** Formats of the large matrices. */
export const PRECISIONS = ['f16', 'q8_0', 'q4_0'] as const satisfies readonly Format[];
export type Precision = (typeof PRECISIONS)[number];

/** What a tensor is filled with. */
type Filling = Format | 'near 1';

interface Row {
  readonly name: string;
  /** Outermost first. */
  readonly shape: readonly number[];
  readonly filling: Filling;
}

const ALIGNMENT = 32;

const formatOf = (filling: Filling) => FORMATS[filling === 'near 1' ? 'f32' : filling];

/** All tensors, by llama.cpp's names. */
function tensorRows(config: ModelConfig, matrix: Precision): Row[] {
  const { layers, width, ffnWidth, vocabularySize, ranks } = config;
  const rows: Row[] = [];
  const add = (filling: Filling, name: string, ...shape: number[]) => rows.push({ name, shape, filling });
  const addNorm = (name: string) => {
    add('near 1', `${name}.weight`, width);
    add('f32', `${name}.bias`, width);
  };
  add(matrix, 'token_embd.weight', vocabularySize, width);
  addNorm('token_embd_norm');
  addNorm('output_norm');
  add(matrix, 'output.weight', vocabularySize, width);
  for (let layer = 0; layer < layers; layer++) {
    const block = `blk.${layer}`;
    for (const name of ['attn_norm', 'attn_norm_2', 'time_mix_ln']) addNorm(`${block}.${name}`);
    // The first layer has no value residual; llama.cpp wants a dummy of another rank there.
    const valueRank = layer === 0 ? ranks.iclr : ranks.value;
    for (const [letter, rank] of Object.entries({ w: ranks.decay, a: ranks.iclr, v: valueRank, g: ranks.gate })) {
      const adapter = letter === 'w' ? 'f32' : 'f16';
      if (letter !== 'g') add('f32', `${block}.time_mix_${letter}0.weight`, width);
      add(adapter, `${block}.time_mix_${letter}1.weight`, rank, width);
      add(adapter, `${block}.time_mix_${letter}2.weight`, width, rank);
    }
    add('f32', `${block}.time_mix_lerp_fused.weight`, 6, 1, 1, width);
    for (const name of ['k_k', 'k_a', 'r_k']) add('f32', `${block}.time_mix_${name}.weight`, width);
    for (const name of ['receptance', 'key', 'value', 'output'])
      add(matrix, `${block}.time_mix_${name}.weight`, width, width);
    add('f32', `${block}.channel_mix_lerp_k.weight`, 1, 1, width);
    add(matrix, `${block}.channel_mix_key.weight`, ffnWidth, width);
    add(matrix, `${block}.channel_mix_value.weight`, width, ffnWidth);
  }
  return rows;
}

/** Builds the part of the file before the data; GGUF's numbers are little-endian. */
class HeaderWriter {
  readonly #parts: Buffer[] = [Buffer.from('GGUF')];
  length = 4;

  #add(part: Buffer): this {
    this.#parts.push(part);
    this.length += part.length;
    return this;
  }
  u32(value: number): this {
    const part = Buffer.alloc(4);
    part.writeUInt32LE(value);
    return this.#add(part);
  }
  u64(value: number): this {
    const part = Buffer.alloc(8);
    part.writeBigUInt64LE(BigInt(value));
    return this.#add(part);
  }
  text(value: string): this {
    const part = Buffer.from(value);
    return this.u64(part.length).#add(part);
  }
  keyText(key: string, value: string): void {
    this.text(key).u32(8).text(value);
  }
  keyU32(key: string, value: number): void {
    this.text(key).u32(4).u32(value);
  }
  keyF32(key: string, value: number): void {
    const part = Buffer.alloc(4);
    part.writeFloatLE(value);
    this.text(key).u32(6).#add(part);
  }
  /** Pads with zeros to a multiple of `alignment` and returns all. */
  finish(alignment: number): Buffer {
    this.#add(Buffer.alloc(padding(this.length, alignment)));
    return Buffer.concat(this.#parts);
  }
}

const padding = (length: number, alignment: number): number => (alignment - (length % alignment)) % alignment;

/** Number of metadata keys that `writeMetadata` writes. */
const KEYS = 19;

function writeMetadata(out: HeaderWriter, name: string, config: ModelConfig, precision: Precision): void {
  const { layers, width, headSize, ffnWidth, vocabularySize, ranks } = config;
  out.keyText('general.architecture', 'rwkv7');
  out.keyText('general.name', name);
  out.keyU32('general.file_type', FORMATS[precision].fileType);
  out.keyU32('rwkv7.context_length', 1 << 20);
  out.keyU32('rwkv7.embedding_length', width);
  out.keyU32('rwkv7.block_count', layers);
  out.keyU32('rwkv7.feed_forward_length', ffnWidth);
  out.keyU32('rwkv7.attention.head_count', 0); // must be there; it has no meaning for this architecture
  out.keyF32('rwkv7.attention.layer_norm_epsilon', LAYER_NORM_EPSILON);
  out.keyU32('rwkv7.wkv.head_size', headSize);
  out.keyU32('rwkv7.attention.decay_lora_rank', ranks.decay);
  out.keyU32('rwkv7.attention.iclr_lora_rank', ranks.iclr);
  out.keyU32('rwkv7.attention.value_residual_mix_lora_rank', ranks.value);
  out.keyU32('rwkv7.attention.gate_lora_rank', ranks.gate);
  out.keyText('tokenizer.ggml.model', 'rwkv');
  out.keyU32('tokenizer.ggml.bos_token_id', 0);
  out.keyU32('tokenizer.ggml.eos_token_id', 0);
  // A vocabulary of the right length: `<s>`, the 256 bytes, then made-up words.
  out.text('tokenizer.ggml.tokens').u32(9).u32(8).u64(vocabularySize).text('<s>');
  for (let id = 1; id < vocabularySize; id++)
    out.text(id <= 256 ? `\\x${(id - 1).toString(16).padStart(2, '0')}` : `word${id}`);
  out.text('tokenizer.ggml.token_type').u32(9).u32(5).u64(vocabularySize).u32(3);
  for (let id = 1; id < vocabularySize; id++) out.u32(1);
}

/** Blocks of weights that are made before they repeat: some MB, so that no cache of a GPU could hold the repetition. */
const TILE_BLOCKS = 1 << 18;
const PLAIN_TILE = 1 << 22;

/** Random weights of about ±0.01, numbers near 1 for the weights of norms. The same in every run. */
function makeTile(filling: Filling): Buffer {
  const { elements, bytes } = formatOf(filling);
  const tile = Buffer.alloc(bytes * (elements === 1 ? PLAIN_TILE : TILE_BLOCKS));
  const words = new Uint32Array(tile.buffer, tile.byteOffset, tile.length / 4);
  for (let i = 0, x = 2463534242; i < words.length; i++) {
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    words[i] = x;
  }
  if (elements > 1) {
    // The scale, before the quants in both formats: the greatest quant is ±0.02.
    const scale = f16Bits(0.02 / (filling === 'q8_0' ? 128 : 8));
    for (let at = 0; at < tile.length; at += bytes) tile.writeUInt16LE(scale, at);
  } else if (filling === 'f16') {
    // Sign and fraction are random, the exponent is 2⁻⁷.
    for (let i = 0; i < words.length; i++) words[i] = ((words[i] ?? 0) & 0x83ff83ff) | 0x20002000;
  } else {
    const numbers = new Float32Array(words.buffer, words.byteOffset, words.length);
    const centre = filling === 'near 1' ? 1 : 0;
    for (let i = 0; i < words.length; i++) numbers[i] = centre + ((words[i] ?? 0) / 2 ** 32 - 0.5) * 0.04;
  }
  return tile;
}

async function writeData(file: FileHandle, start: number, rows: readonly PlacedRow[]): Promise<void> {
  const tiles = new Map<Filling, Buffer>();
  for (const { filling, offset, byteLength } of rows) {
    const tile = tiles.get(filling) ?? makeTile(filling);
    tiles.set(filling, tile);
    for (let done = 0; done < byteLength; done += tile.length)
      await file.write(tile, 0, Math.min(tile.length, byteLength - done), start + offset + done);
  }
}

interface PlacedRow extends Row {
  /** From the start of the data. */
  readonly offset: number;
  readonly byteLength: number;
}

function place(rows: readonly Row[]): PlacedRow[] {
  let offset = 0;
  return rows.map((row) => {
    const { elements, bytes } = formatOf(row.filling);
    const placed = { ...row, offset, byteLength: (elementCount(row.shape) / elements) * bytes };
    offset += placed.byteLength + padding(placed.byteLength, ALIGNMENT);
    return placed;
  });
}

/** Writes a model of this shape to the file `path`; returns the file's length in bytes. */
export async function writeSyntheticGguf(
  path: string,
  name: string,
  config: ModelConfig,
  precision: Precision,
): Promise<number> {
  const rows = place(tensorRows(config, precision));
  const header = new HeaderWriter().u32(3).u64(rows.length).u64(KEYS);
  writeMetadata(header, name, config, precision);
  for (const { name: tensor, shape, filling, offset } of rows) {
    header.text(tensor).u32(shape.length);
    for (const size of shape.toReversed()) header.u64(size);
    header.u32(formatOf(filling).ggmlType).u64(offset);
  }
  const start = header.finish(ALIGNMENT);
  const file = await open(path, 'w');
  try {
    await file.write(start, 0, start.length, 0);
    await writeData(file, start.length, rows);
    const { size } = await file.stat();
    return size;
  } catch (error) {
    // Half a model would look like a whole one to whoever finds it.
    await rm(path, { force: true });
    throw error;
  } finally {
    await file.close();
  }
}
