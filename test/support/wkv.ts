/** The WKV of a layer in the reference's operations: the oracle for the kernels that share it between them. */
import {
  add,
  apply,
  bonus,
  decay,
  groupNorm,
  headOf,
  lerp,
  multiply,
  normaliseHeads,
  scaleKey,
  wkvStep,
  type Vector,
} from '../../src/engine/reference/ops.ts';

export interface WkvCase {
  readonly heads: number;
  readonly headSize: number;
  readonly tokens: number;
  readonly firstLayer: boolean;
  /** r, k, v, decay logit, a, value mix, gate: [7][tokens][width]; a and value mix within (0, 1). */
  readonly proj: Vector;
  /** k_k, k_a, r_k, ln_x.weight, ln_x.bias: [5][width] */
  readonly vectors: Vector;
  /** [tokens][width] */
  readonly vFirst: Vector;
  /** [heads][headSize value][headSize key], before the first token. */
  readonly state: Vector;
}

export interface WkvResult {
  /** [7][tokens][width]: r, k', v', w, κ∘a, −κ, gate. */
  readonly prepared: Vector;
  /** [tokens][heads] */
  readonly bonus: Vector;
  /** [tokens][width], before the group norm. */
  readonly y: Vector;
  /** [tokens][width], after the gate. */
  readonly out: Vector;
  /** After the last token. */
  readonly state: Vector;
}

/** All tokens of one sequence. */
export function referenceWkv(given: WkvCase): WkvResult {
  const { heads, headSize, tokens } = given;
  const width = heads * headSize;
  const vector = (i: number): Vector => given.vectors.subarray(i * width, (i + 1) * width);
  const row = (x: Vector, t: number): Vector => x.subarray(t * width, (t + 1) * width);
  const slot = (i: number, t: number): Vector => row(given.proj, i * tokens + t);
  const result: WkvResult = {
    prepared: new Float32Array(7 * tokens * width),
    bonus: new Float32Array(tokens * heads),
    y: new Float32Array(tokens * width),
    out: new Float32Array(tokens * width),
    state: given.state.slice(),
  };
  for (let t = 0; t < tokens; t++) {
    const [r, k, gate, a] = [slot(0, t), slot(1, t), slot(6, t), slot(4, t)];
    const v = given.firstLayer ? slot(2, t) : lerp(slot(2, t), row(given.vFirst, t), slot(5, t));
    const removal = normaliseHeads(multiply(k, vector(0)), heads);
    const key = scaleKey(k, a, vector(1));
    const w = apply(decay, slot(3, t));
    const z = removal.map((value) => -value);
    [r, key, v, w, multiply(removal, a), z, gate].forEach((x, i) => {
      result.prepared.set(x, (i * tokens + t) * width);
    });
    const extra = new Float32Array(width);
    for (let head = 0; head < heads; head++) {
      const own = (x: Vector): Vector => headOf(x, head, headSize);
      const matrix = result.state.subarray(head * headSize ** 2, (head + 1) * headSize ** 2);
      const y = wkvStep(matrix, { r: own(r), w: own(w), k: own(key), v: own(v), removal: own(removal), rate: own(a) });
      result.y.set(y, t * width + head * headSize);
      const [weight = Number.NaN] = bonus(own(r), own(key), own(vector(2)), new Float32Array([1]));
      result.bonus[t * heads + head] = weight;
      extra.set(
        own(v).map((value) => value * weight),
        head * headSize,
      );
    }
    const normed = groupNorm(row(result.y, t), heads, vector(3), vector(4));
    result.out.set(multiply(add(normed, extra), gate), t * width);
  }
  return result;
}
