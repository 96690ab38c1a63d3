/** Model files of true shapes and sizes, in every container, of which only the headers exist: no disk, hardly any memory. */
import { BLOCK_FORMATS, elementCount } from '../../src/engine/formats/blockFormats.ts';
import type { ByteSource } from '../../src/engine/formats/byteSource.ts';
import type { ModelConfig } from '../../src/engine/rwkv7/config.ts';
import { expectedTensors } from '../../src/engine/rwkv7/detect.ts';
import { ByteWriter, type Hole } from './byteWriter.ts';
import { isAdapter } from './randomModel.ts';
import { ggufMetadata, ggufName, ggufWriter, type GgufRow, type GgufValue } from './writeGguf.ts';
import * as p from './writePickle.ts';
import { pthWriter, rowMajor } from './writePth.ts';
import { writeSafetensorsTable } from './writeSafetensors.ts';

/** Of every weight's bytes: a small number in every format, and a scale of Q8_0 as well. */
const FILLER = 0x2c;

export const HUGE_KINDS = ['gguf-f16', 'gguf-q8_0', 'safetensors-bf16', 'pth-bf16'] as const;
export type HugeKind = (typeof HUGE_KINDS)[number];

/** A file of the kind with all tensors that a model of this shape needs; the weights are left open. */
export function hugeModelWriter(kind: HugeKind, config: ModelConfig): ByteWriter {
  switch (kind) {
    case 'gguf-f16':
      return gguf(config, 'f16');
    case 'gguf-q8_0':
      return gguf(config, 'q8_0');
    case 'safetensors-bf16':
      return safetensors(config);
    case 'pth-bf16':
      return pth(config);
  }
}

/** The same to be read, with weights that are made as they are asked for. */
export const hugeModel = (kind: HugeKind, config: ModelConfig): ByteSource =>
  hugeModelWriter(kind, config).source(kind, FILLER);

const bytesOf = (format: keyof typeof BLOCK_FORMATS, shape: readonly number[]): Hole => {
  const { elements, bytes } = BLOCK_FORMATS[format];
  return { length: (elementCount(shape) / elements) * bytes };
};

function gguf(config: ModelConfig, format: 'f16' | 'q8_0'): ByteWriter {
  const rows: GgufRow[] = [];
  for (const [name, shape] of expectedTensors(config)) {
    if (/\.att\.x_[wkvag]$/.test(name)) continue;
    const fused = name.endsWith('.att.x_r');
    const own = fused ? [6, 1, 1, config.width] : shape;
    const stored = isAdapter(name) || own.length !== 2 ? 'f32' : format;
    rows.push({
      name: fused ? name.replace('blocks', 'blk').replace('att.x_r', 'time_mix_lerp_fused.weight') : ggufName(name),
      shape: own,
      ggmlType: BLOCK_FORMATS[stored].ggmlType,
      bytes: bytesOf(stored, own),
    });
  }
  const { 'tokenizer.ggml.token_type': _, ...metadata } = ggufMetadata(config.headSize);
  return ggufWriter({ ...metadata, 'tokenizer.ggml.tokens': vocabulary(config.vocabularySize) }, rows);
}

/** A vocabulary of the usual size, as it is part of the header that is read into memory: numbers of eight digits. */
function vocabulary(count: number): GgufValue {
  const value = new Uint8Array(16 * count);
  const lengths = new BigUint64Array(value.buffer);
  for (let i = 0; i < count; i++) {
    lengths[2 * i] = 8n;
    value.set(new TextEncoder().encode(String(i).padStart(8, '0')), 16 * i + 8);
  }
  return { type: 'encodedStrings', count, value };
}

/** As in official files: vectors [1][1][n], adapters [in][out], the bonus [heads][head size]. */
function officialShape(name: string, shape: readonly number[], { heads, headSize }: ModelConfig): readonly number[] {
  if (name.endsWith('.att.r_k')) return [heads, headSize];
  return isAdapter(name) ? shape.toReversed() : shape;
}

function safetensors(config: ModelConfig): ByteWriter {
  const table: Record<string, unknown> = { __metadata__: { format: 'pt' } };
  let end = 0;
  for (const [name, own] of expectedTensors(config)) {
    const begin = end;
    end += bytesOf('bf16', own).length;
    table[name] = { dtype: 'BF16', shape: officialShape(name, own, config), data_offsets: [begin, end] };
  }
  return new ByteWriter().bytes(writeSafetensorsTable(table, new Uint8Array())).bytes({ length: end });
}

function pth(config: ModelConfig): ByteWriter {
  const storages = new Map<string, Hole>();
  const entries = [...expectedTensors(config)].map(([name, own], index) => {
    const [storage, size] = [String(index), officialShape(name, own, config)];
    storages.set(storage, bytesOf('bf16', own));
    const view = { storage, storageType: 'BFloat16Storage', elements: elementCount(own), offset: 0 };
    return [p.text(name), p.tensorView({ ...view, size, stride: rowMajor(size) })] as const;
  });
  return pthWriter(p.pickle(p.orderedDict(...entries)), storages, { zip: { zip64: true } });
}
