/**
 * The operations of RWKV-7, one tiny function each, in the slowest and most obvious way: the oracle for every kernel.
 * Sums run in JavaScript's doubles; what is stored between operations is f32, as on the GPU.
 */
import { DECAY_SCALE, GROUP_NORM_EPSILON, LAYER_NORM_EPSILON } from '../rwkv7/config.ts';

/** An f32 vector, or a matrix [out][in] laid out row by row. */
export type Vector = Float32Array<ArrayBuffer>;

/** A function of one number, applied to each element. */
type Activation = (x: number) => number;

/** σ(x) = 1 / (1 + e^−x). Where e^−x overflows to ∞ the result is 0, its limit. */
export const sigmoid: Activation = (x) => 1 / (1 + Math.exp(-x));

/** tanh(x). */
export const tanh: Activation = (x) => Math.tanh(x);

/** relu(x)²: the activation of the channel mix. */
export const reluSquared: Activation = (x) => (x > 0 ? x * x : 0);

/** w = exp(−e^(−1/2) · σ(logit)), the decay of one key channel, within (0.5452, 1). */
export const decay: Activation = (logit) => Math.exp(-DECAY_SCALE * sigmoid(logit));

/** f(x) for each element of x. */
export const apply = (f: Activation, x: Vector): Vector => x.map(f);

/** a + b, element by element. */
export const add = (a: Vector, b: Vector): Vector => a.map((value, i) => value + at(b, i));

/** a ∘ b, element by element. */
export const multiply = (a: Vector, b: Vector): Vector => a.map((value, i) => value * at(b, i));

/** The lerp of the token shift: h + (previous − h) ∘ mu, with one mix factor a channel. */
export const tokenShift = (h: Vector, previous: Vector, mu: Vector): Vector =>
  h.map((value, i) => value + (at(previous, i) - value) * at(mu, i));

/** a + (b − a) ∘ t: the value residual's way from a layer's own value to that of layer 0. */
export const lerp = (a: Vector, b: Vector, t: Vector): Vector =>
  a.map((value, i) => value + (at(b, i) - value) * at(t, i));

/** k ∘ (1 + (a − 1) ∘ k_a): the key that is written, weakened where the in-context learning rate a is low. */
export const scaleKey = (k: Vector, a: Vector, ka: Vector): Vector =>
  k.map((value, i) => value * (1 + (at(a, i) - 1) * at(ka, i)));

/** W·x for W [out][in] and x [in]; `out` follows from the lengths. */
export function matVec(matrix: Vector, x: Vector): Vector {
  const result = new Float32Array(matrix.length / x.length);
  return result.map((_, row) => dot(x, matrix.subarray(row * x.length, (row + 1) * x.length)));
}

/** A low-rank adapter: up · f(down · x), with down [rank][in], up [out][rank]; f is left out where there is none. */
export function lowRank(x: Vector, down: Vector, up: Vector, f: Activation = (value) => value): Vector {
  return matVec(up, apply(f, matVec(down, x)));
}

/** (x − mean) / sqrt(variance + ε), with the population variance (divided by n). */
function standardise(x: Vector, epsilon: number): Vector {
  const mean = sum(x) / x.length;
  let squares = 0;
  for (const value of x) squares += (value - mean) ** 2;
  const scale = 1 / Math.sqrt(squares / x.length + epsilon);
  return x.map((value) => (value - mean) * scale);
}

/** LayerNorm: standardise(x) ∘ weight + bias. All three are [width]. */
export const layerNorm = (x: Vector, weight: Vector, bias: Vector): Vector =>
  add(multiply(standardise(x, LAYER_NORM_EPSILON), weight), bias);

/** The group norm after the WKV: each head is standardised for itself; weight and bias are [width]. */
export function groupNorm(y: Vector, heads: number, weight: Vector, bias: Vector): Vector {
  const standardised = perHead(heads, (own) => standardise(own(y), GROUP_NORM_EPSILON));
  return add(multiply(standardised, weight), bias);
}

/** κ / max(‖κ‖₂, 1e-12) for each head: the removal key has length 1 (or is all zero). */
export const normaliseHeads = (kappa: Vector, heads: number): Vector =>
  perHead(heads, (own) => {
    const head = own(kappa);
    const norm = Math.max(Math.sqrt(dot(head, head)), 1e-12);
    return head.map((value) => value / norm);
  });

/**
 * One token of the WKV recurrence for one head; `state` [value p][key q] is advanced in place. All vectors are
 * [headSize]; `removal` is κ (of length 1), `rate` the in-context learning rate a. Returns y [headSize]:
 *
 *     u[p]    = −Σ_q S[p][q]·κ[q]                                  with the state before the decay
 *     S[p][q] ← S[p][q]·w[q] + u[p]·κ[q]·a[q] + v[p]·k[q]
 *     y[p]    = Σ_q S[p][q]·r[q]                                   read after the update
 */
export function wkvStep(
  state: Vector,
  { r, w, k, v, removal, rate }: { r: Vector; w: Vector; k: Vector; v: Vector; removal: Vector; rate: Vector },
): Vector {
  const size = r.length;
  return v.map((value, p) => {
    const row = state.subarray(p * size, (p + 1) * size);
    const u = -dot(row, removal);
    row.forEach((s, q) => {
      row[q] = s * at(w, q) + u * at(removal, q) * at(rate, q) + value * at(k, q);
    });
    return dot(row, r);
  });
}

/** The bonus of the current token for one head: (Σ_q r[q]·k[q]·r_k[q]) · v. */
export function bonus(r: Vector, k: Vector, rk: Vector, v: Vector): Vector {
  const weight = dot(multiply(r, k), rk);
  return v.map((value) => value * weight);
}

/** A head's channels of a vector [width], as a view. */
export const headOf = (x: Vector, head: number, headSize: number): Vector =>
  x.subarray(head * headSize, (head + 1) * headSize);

/**
 * Runs `f` for each head and joins the results. `own(x)` is the head's share of x, a view: of [width] its headSize
 * channels, of a layer's WKV matrices its own matrix.
 */
export function perHead(heads: number, f: (own: (x: Vector) => Vector) => Vector): Vector {
  const parts = Array.from({ length: heads }, (_, head) => f((x) => headOf(x, head, x.length / heads)));
  return Float32Array.from(parts.flatMap((part) => [...part]));
}

const sum = (x: Vector): number => x.reduce((total, value) => total + value, 0);

function dot(a: Vector, b: Vector): number {
  let total = 0;
  for (let i = 0; i < a.length; i++) total += at(a, i) * at(b, i);
  return total;
}

/** Callers give vectors of equal length; past the end this is NaN, which no comparison with a result survives. */
const at = (x: Vector, i: number): number => x[i] ?? Number.NaN;
