/**
 * Which model a file holds: the version by its tensors' names, the sizes by their shapes. Every tensor that the forward
 * pass needs is checked here, before anything is uploaded.
 */
import { unreadable, unsupported } from '../formats/modelErrors.ts';
import { HEAD_SIZE_KEY } from '../formats/tensorTable.ts';
import type { TensorInfo, ModelHeader } from '../formats/weightSource.ts';
import type { ModelConfig } from './config.ts';

const CHOOSE_RWKV7 =
  'Choose an RWKV-7 model without extensions, e.g. one whose name begins with rwkv7-g1 and is no "rwkv7a" or "rwkv7b".';

type Tensors = ReadonlyMap<string, TensorInfo>;

/** Which of the versions of RWKV-5 a file holds: decay is one number a head in 5.1, one a channel in 5.2. */
function version5(tensors: Tensors): string {
  if (!tensors.has('blocks.0.att.gate.weight')) return 'RWKV-5.0';
  return (tensors.get('blocks.0.att.time_decay')?.shape[1] ?? 1) > 1 ? 'RWKV-5.2' : 'RWKV-5.1';
}

/** What the file holds when it is not RWKV-7 as we run it; undefined when it is. Order of the checks matters. */
function otherKind(tensors: Tensors): string | undefined {
  const has = (name: string): boolean => tensors.has(`blocks.0.${name}`);
  if (has('qkv.qq.weight')) return 'RWKV-7b (RWKV-7 with deep embeddings and attention)';
  if (has('ffn.enn.weight')) return 'RWKV-8';
  if (has('ffn.s_emb.weight')) return 'RWKV-7a (RWKV-7 with deep embeddings)';
  if (has('att.r_k')) return undefined;
  if (has('att.time_maa_x') || has('att.time_mix_x') || has('att.time_decay_w1')) return 'RWKV-6';
  if (has('att.ln_x.weight') && has('att.time_decay')) return version5(tensors);
  if (has('att.time_decay')) return 'RWKV-4';
  const names = [...tensors.keys()];
  if (names.some((name) => /^model\.layers\.\d+\.attn\./.test(name)))
    return 'a model in the layout of Hugging Face (fla)';
  if (names.length > 0 && names.every((name) => name.endsWith('.att.time_state')))
    return 'a tuned initial state, not a model';
  if (names.some((name) => /^blocks\.\d+\.(?:att|ffn)\./.test(name))) return undefined;
  return 'no RWKV model';
}

/**
 * The tensors that the forward pass reads, with their shapes ([out][in]), in the order of the pass. The first block's
 * value residual is not among them: it is unused, and files hold nothing, a dummy or the real thing in its place.
 */
export function* expectedTensors(config: ModelConfig): Generator<readonly [name: string, shape: readonly number[]]> {
  const { layers, width, ffnWidth, vocabularySize, ranks, hasEmbeddingNorm } = config;
  const vector = [width];
  yield ['emb.weight', [vocabularySize, width]];
  if (hasEmbeddingNorm) for (const part of ['weight', 'bias']) yield [`blocks.0.ln0.${part}`, vector];
  for (let layer = 0; layer < layers; layer++) {
    const block = `blocks.${layer}`;
    for (const name of ['ln1.weight', 'ln1.bias', 'att.x_r', 'att.x_w', 'att.x_k', 'att.x_v', 'att.x_a', 'att.x_g'])
      yield [`${block}.${name}`, vector];
    for (const name of ['receptance', 'key', 'value', 'output']) yield [`${block}.att.${name}.weight`, [width, width]];
    const adapters = [
      ['w', ranks.decay],
      ['a', ranks.iclr],
      ['v', ranks.value],
      ['g', ranks.gate],
    ] as const;
    for (const [letter, rank] of adapters) {
      if (letter === 'v' && layer === 0) continue;
      if (letter !== 'g') yield [`${block}.att.${letter}0`, vector];
      yield [`${block}.att.${letter}1`, [rank, width]];
      yield [`${block}.att.${letter}2`, [width, rank]];
    }
    for (const name of [
      'att.k_k',
      'att.k_a',
      'att.r_k',
      'att.ln_x.weight',
      'att.ln_x.bias',
      'ln2.weight',
      'ln2.bias',
      'ffn.x_k',
    ])
      yield [`${block}.${name}`, vector];
    yield [`${block}.ffn.key.weight`, [ffnWidth, width]];
    yield [`${block}.ffn.value.weight`, [width, ffnWidth]];
  }
  for (const part of ['weight', 'bias']) yield [`ln_out.${part}`, vector];
  yield ['head.weight', [vocabularySize, width]];
}

/** The two sides of a matrix. */
function sides(weights: ModelHeader, name: string): readonly [rows: number, columns: number] {
  const shape = weights.tensors.get(name)?.shape;
  if (!shape) throw unreadable(weights.name, `tensor ${name} is missing`);
  const [rows, columns, ...more] = shape;
  if (rows === undefined || columns === undefined || more.length > 0)
    throw unreadable(weights.name, `tensor ${name} has the shape [${shape.join(', ')}] instead of two dimensions`);
  return [rows, columns];
}

/** One more than the highest block that any tensor names. */
function countLayers(tensors: Tensors): number {
  let layers = 0;
  for (const name of tensors.keys())
    layers = Math.max(layers, 1 + Number(/^blocks\.(\d{1,6})\./.exec(name)?.[1] ?? -1));
  return layers;
}

function headSizeOf(weights: ModelHeader, width: number): number {
  const text = weights.metadata.get(HEAD_SIZE_KEY);
  if (text === undefined) throw unreadable(weights.name, 'it does not say the size of its heads');
  const headSize = Number(text);
  if (!Number.isInteger(headSize) || headSize < 1 || width % headSize !== 0)
    throw unreadable(weights.name, `its head size is ${text}, which does not divide its width ${width}`);
  return headSize;
}

/** The value residual's rank shows in the second block, the first being free to hold a dummy; 0 with one layer only. */
function ranksOf(weights: ModelHeader, layers: number): ModelConfig['ranks'] {
  const rank = (name: string): number => sides(weights, name)[0];
  return {
    decay: rank('blocks.0.att.w1'),
    iclr: rank('blocks.0.att.a1'),
    value: layers > 1 ? rank('blocks.1.att.v1') : 0,
    gate: rank('blocks.0.att.g1'),
  };
}

function checkTensors(weights: ModelHeader, config: ModelConfig): void {
  for (const [name, shape] of expectedTensors(config)) {
    const info = weights.tensors.get(name);
    if (!info) throw unreadable(weights.name, `tensor ${name} is missing`);
    if (info.shape.length !== shape.length || shape.some((n, i) => info.shape[i] !== n))
      throw unreadable(
        weights.name,
        `tensor ${name} has the shape [${info.shape.join(', ')}] instead of [${shape.join(', ')}]`,
      );
  }
}

/**
 * The sizes of the RWKV-7 model in a file.
 * @throws EngineError `model-unsupported`, naming the kind, for other versions of RWKV and other models;
 * `model-unreadable`, naming the first wrong tensor, when one is missing or of another shape than the rest demands.
 */
export function detectConfig(weights: ModelHeader): ModelConfig {
  const kind = otherKind(weights.tensors);
  if (kind !== undefined) throw unsupported(weights.name, `it holds ${kind}`, CHOOSE_RWKV7);
  const [vocabularySize, width] = sides(weights, 'emb.weight');
  const layers = countLayers(weights.tensors);
  const headSize = headSizeOf(weights, width);
  const config: ModelConfig = {
    layers,
    width,
    heads: width / headSize,
    headSize,
    ffnWidth: sides(weights, 'blocks.0.ffn.key.weight')[0],
    vocabularySize,
    ranks: ranksOf(weights, layers),
    // Half of it is a damaged file, not a model without.
    hasEmbeddingNorm: weights.tensors.has('blocks.0.ln0.weight') || weights.tensors.has('blocks.0.ln0.bias'),
  };
  checkTensors(weights, config);
  return config;
}
