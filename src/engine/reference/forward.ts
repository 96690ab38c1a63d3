/**
 * RWKV-7, one token, top to bottom as published and in its letters (Peng et al. 2025, "RWKV-7 Goose"; RWKV-LM's
 * `rwkv_v7_demo_rnn.py`). κ is the removal key, a the in-context learning rate, S the WKV matrices.
 */
import type { ModelConfig } from '../rwkv7/config.ts';
import type { StateData } from '../rwkv7/sequenceModel.ts';
import * as ops from './ops.ts';
import { add, apply, layerNorm, lowRank, matVec, multiply, sigmoid, tanh, tokenShift, type Vector } from './ops.ts';
import { tensor, type ReferenceWeights } from './weights.ts';

/**
 * Runs one token through all layers, advancing `state` in place. Returns the residual stream x [width].
 * @param onSquared is shown what each layer's squared ReLU gives, [ffnWidth]
 */
export function forward(
  weights: ReferenceWeights,
  config: ModelConfig,
  state: StateData,
  token: number,
  onSquared?: (layer: number, squared: Vector) => void,
): Vector {
  let x = embed(weights, config, token);
  let vFirst: Vector | undefined;
  for (let layer = 0; layer < config.layers; layer++) {
    const memory = layerState(config, state, layer);
    const timeMixed = timeMix(weights, config, layer, norm(weights, `blocks.${layer}.ln1`, x), memory, vFirst);
    vFirst ??= timeMixed.v;
    x = add(x, timeMixed.output);
    x = add(x, channelMix(weights, layer, norm(weights, `blocks.${layer}.ln2`, x), memory, onSquared));
  }
  return x;
}

/** logits = W_head · LN(x; ln_out), [vocabularySize]. */
export const logitsOf = (weights: ReferenceWeights, x: Vector): Vector =>
  matVec(tensor(weights, 'head.weight'), norm(weights, 'ln_out', x));

/** The token's embedding row, normalised by ln0 in the (usual) models that have one. */
function embed(weights: ReferenceWeights, { width, hasEmbeddingNorm }: ModelConfig, token: number): Vector {
  const row = tensor(weights, 'emb.weight').slice(token * width, (token + 1) * width);
  return hasEmbeddingNorm ? norm(weights, 'blocks.0.ln0', row) : row;
}

/**
 * The time mix of h = ln1(x). `vFirst` is layer 0's v for this token, undefined in layer 0 itself. Returns what is added
 * to x, and this layer's v.
 */
function timeMix(
  weights: ReferenceWeights,
  { heads }: ModelConfig,
  layer: number,
  h: Vector,
  memory: LayerState,
  vFirst: Vector | undefined,
): { output: Vector; v: Vector } {
  const att = (name: string): Vector => tensor(weights, `blocks.${layer}.att.${name}`);

  const shifted = (letter: string): Vector => tokenShift(h, memory.timeMixShift, att(`x_${letter}`));
  const [xr, xw, xk, xv, xa, xg] = [shifted('r'), shifted('w'), shifted('k'), shifted('v'), shifted('a'), shifted('g')];
  memory.timeMixShift.set(h);

  const r = matVec(att('receptance.weight'), xr);
  const k = matVec(att('key.weight'), xk);
  const ownV = matVec(att('value.weight'), xv);
  const w = apply(ops.decay, add(att('w0'), lowRank(xw, att('w1'), att('w2'), tanh)));
  const a = apply(sigmoid, add(att('a0'), lowRank(xa, att('a1'), att('a2'))));
  const g = lowRank(xg, att('g1'), att('g2'), sigmoid);
  const v = vFirst ? ops.lerp(ownV, vFirst, apply(sigmoid, add(att('v0'), lowRank(xv, att('v1'), att('v2'))))) : ownV;

  const kappa = ops.normaliseHeads(multiply(k, att('k_k')), heads);
  const scaledK = ops.scaleKey(k, a, att('k_a'));

  const y = ops.perHead(heads, (own) =>
    ops.wkvStep(own(memory.wkv), {
      r: own(r),
      w: own(w),
      k: own(scaledK),
      v: own(v),
      removal: own(kappa),
      rate: own(a),
    }),
  );
  const normed = ops.groupNorm(y, heads, att('ln_x.weight'), att('ln_x.bias'));
  const bonus = ops.perHead(heads, (own) => ops.bonus(own(r), own(scaledK), own(att('r_k')), own(v)));
  return { output: matVec(att('output.weight'), multiply(add(normed, bonus), g)), v };
}

/** The channel mix of h = ln2(x): W_value · relu(W_key · shifted)². Returns what is added to x. */
function channelMix(
  weights: ReferenceWeights,
  layer: number,
  h: Vector,
  memory: LayerState,
  onSquared?: (layer: number, squared: Vector) => void,
): Vector {
  const ffn = (name: string): Vector => tensor(weights, `blocks.${layer}.ffn.${name}`);
  const xk = tokenShift(h, memory.channelMixShift, ffn('x_k'));
  memory.channelMixShift.set(h);
  const squared = apply(ops.reluSquared, matVec(ffn('key.weight'), xk));
  onSquared?.(layer, squared);
  return matVec(ffn('value.weight'), squared);
}

const norm = (weights: ReferenceWeights, name: string, x: Vector): Vector =>
  layerNorm(x, tensor(weights, `${name}.weight`), tensor(weights, `${name}.bias`));

/** One layer's share of the state, as views: writing to them advances the state. */
interface LayerState {
  /** [width]: ln1 of the previous token. */
  readonly timeMixShift: Vector;
  /** [width]: ln2 of the previous token. */
  readonly channelMixShift: Vector;
  /** [heads][headSize (value)][headSize (key)] */
  readonly wkv: Vector;
}

function layerState({ layers, width }: ModelConfig, { shift, wkv }: StateData, layer: number): LayerState {
  const shiftRow = (row: number): Vector => shift.subarray(row * width, (row + 1) * width);
  return {
    timeMixShift: shiftRow(2 * layer),
    channelMixShift: shiftRow(2 * layer + 1),
    wkv: wkv.subarray((layer * wkv.length) / layers, ((layer + 1) * wkv.length) / layers),
  };
}
