/** A small RWKV-7 of random weights, tensor by tensor as an official file has it; the writers put it into files. */
import { quantiseQ8_0 } from '../../src/engine/formats/q8_0.ts';
import { f32ToBf16, f32ToF16 } from '../../src/engine/formats/halfFloat.ts';
import type { TensorFormat } from '../../src/engine/formats/weightSource.ts';
import type { ModelConfig } from '../../src/engine/rwkv7/config.ts';

export interface ModelTensor {
  /** Outermost dimension first. */
  readonly shape: readonly number[];
  readonly values: Float32Array<ArrayBuffer>;
}

/**
 * By official name, in the order and with the shapes of official files: vectors are [1][1][n], low-rank adapters
 * [in][out], `att.r_k` [heads][head size].
 */
export type ModelTensors = ReadonlyMap<string, ModelTensor>;

/** Two layers of width 32, with every rank different; its rows fill whole Q8_0 blocks. */
export const TINY_CONFIG: ModelConfig = {
  layers: 2,
  width: 32,
  heads: 2,
  headSize: 16,
  ffnWidth: 64,
  vocabularySize: 70,
  ranks: { decay: 8, iclr: 4, value: 2, gate: 16 },
  hasEmbeddingNorm: true,
};

/** Numbers in [0, 1), the same for the same seed on every machine (Mulberry32). */
export function seededRandom(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/**
 * A random model. Norms are near one, mixes in [0, 1) and matrices scaled by their inputs, so that activations neither
 * vanish nor explode. Block 0 has its (unused) value residual, as most official files do.
 */
export function randomModel(config: ModelConfig = TINY_CONFIG, seed = 1): ModelTensors {
  const { layers, width, heads, headSize, ffnWidth, vocabularySize, ranks } = config;
  const random = seededRandom(seed);
  const tensors = new Map<string, ModelTensor>();
  const add = (name: string, shape: readonly number[], scale: number, centre = 0): void => {
    const length = shape.reduce((product, n) => product * n, 1);
    tensors.set(name, { shape, values: Float32Array.from({ length }, () => centre + scale * (2 * random() - 1)) });
  };
  const vector = (name: string, scale: number, centre: number): void => add(name, [1, 1, width], scale, centre);
  const norm = (name: string): void => {
    add(`${name}.weight`, [width], 0.1, 1);
    add(`${name}.bias`, [width], 0.1);
  };
  const matrix = (name: string, rows: number, columns: number): void =>
    add(name, [rows, columns], Math.sqrt(3 / columns));
  const adapter = (name: string, rank: number, centre: number | undefined): void => {
    if (centre !== undefined) vector(`${name}0`, 1, centre);
    add(`${name}1`, [width, rank], Math.sqrt(3 / width));
    add(`${name}2`, [rank, width], Math.sqrt(3 / rank));
  };

  add('emb.weight', [vocabularySize, width], 1);
  for (let layer = 0; layer < layers; layer++) {
    const block = `blocks.${layer}`;
    if (layer === 0 && config.hasEmbeddingNorm) norm(`${block}.ln0`);
    norm(`${block}.ln1`);
    norm(`${block}.ln2`);
    for (const letter of 'rwkvag') vector(`${block}.att.x_${letter}`, 0.5, 0.5);
    adapter(`${block}.att.w`, ranks.decay, -2);
    adapter(`${block}.att.a`, ranks.iclr, 0);
    adapter(`${block}.att.v`, ranks.value, 0);
    adapter(`${block}.att.g`, ranks.gate, undefined);
    vector(`${block}.att.k_k`, 0.2, 0.8);
    vector(`${block}.att.k_a`, 0.2, 1);
    add(`${block}.att.r_k`, [heads, headSize], 0.3);
    for (const name of ['receptance', 'key', 'value', 'output']) matrix(`${block}.att.${name}.weight`, width, width);
    norm(`${block}.att.ln_x`);
    vector(`${block}.ffn.x_k`, 0.5, 0.5);
    matrix(`${block}.ffn.key.weight`, ffnWidth, width);
    matrix(`${block}.ffn.value.weight`, width, ffnWidth);
  }
  norm('ln_out');
  matrix('head.weight', vocabularySize, width);
  return tensors;
}

/** `[rows][columns]` → `[columns][rows]`. */
export function transposed({ shape, values }: ModelTensor): ModelTensor {
  const [rows = 1, columns = 1] = shape;
  return {
    shape: [columns, rows],
    values: values.map((_, i) => values[(i % rows) * columns + Math.floor(i / rows)] ?? NaN),
  };
}

/** Whether a tensor is one of the two matrices of a low-rank adapter. */
export const isAdapter = (name: string): boolean => /\.att\.[wavg][12]$/.test(name);

/** The numbers as a file stores them. */
export function encodeValues(values: Float32Array<ArrayBuffer>, format: TensorFormat): Uint8Array<ArrayBuffer> {
  switch (format) {
    case 'f32':
      return new Uint8Array(values.slice().buffer);
    case 'f16': {
      const halves = new Uint16Array(values.length);
      f32ToF16(values, halves);
      return new Uint8Array(halves.buffer);
    }
    case 'bf16': {
      const halves = new Uint16Array(values.length);
      f32ToBf16(values, halves);
      return new Uint8Array(halves.buffer);
    }
    case 'q8_0':
      return quantiseQ8_0(values);
    case 'q4_0':
      return quantiseQ4_0(values);
  }
}

/** f32 → whole blocks of Q4_0 as GGML's reference makes them: the scale maps the extreme value to −8. */
function quantiseQ4_0(values: Float32Array): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array((values.length / 32) * 18);
  for (let from = 0, at = 0; from < values.length; from += 32, at += 18) {
    const block = values.subarray(from, from + 32);
    const scale = block.reduce((most, x) => (Math.abs(x) > Math.abs(most) ? x : most), 0) / -8;
    bytes.set(new Uint8Array(Float16Array.of(scale).buffer), at);
    const code = (x: number): number => (scale === 0 ? 8 : Math.min(15, Math.max(0, Math.floor(x / scale + 8.5))));
    for (let i = 0; i < 16; i++) bytes[at + 2 + i] = code(block[i] ?? 0) | (code(block[i + 16] ?? 0) << 4);
  }
  return bytes;
}
