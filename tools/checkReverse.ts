/**
 * Asks a trained RWKV-7 to reverse digits: the `.pth` reader and the reference against weights that mean something.
 *   node scripts/run.mjs tools/checkReverse.ts 260123_reverse_L2_only_rwkv7.pth
 * The file (190 kB, two layers of width 32, RWKV-LM's folder `RWKV-v8`, Apache-2.0) is not part of this repository. Its
 * authors report every digit right. Exit code 1 when one is wrong.
 */
import { EngineError } from '../src/engine/api/errors.ts';
import { openModel } from '../src/engine/formats/openModel.ts';
import { readTensorF32 } from '../src/engine/formats/readTensor.ts';
import type { WeightSource } from '../src/engine/formats/weightSource.ts';
import { fileSource } from '../src/engine/hosts/files.ts';
import { add, type Vector } from '../src/engine/reference/ops.ts';
import { createReferenceModel } from '../src/engine/reference/referenceModel.ts';
import type { ModelConfig } from '../src/engine/rwkv7/config.ts';
import { seededRandom } from '../test/support/randomModel.ts';

const CHARACTERS = '0123456789,#';
const LONGEST = 60;

/**
 * The task's model adds a constant to x after each time mix (what is left of a part that training switched off).
 * RWKV-7 has no such constant, but a layer can be one; so each layer of the file becomes two of ours.
 */
const CONFIG: ModelConfig = {
  layers: 4,
  width: 32,
  heads: 2,
  headSize: 16,
  ffnWidth: 128,
  vocabularySize: CHARACTERS.length,
  ranks: { decay: 8, iclr: 8, value: 8, gate: 8 },
  hasEmbeddingNorm: false,
};

type Weights = Map<string, Vector>;

/** The file's tensors under official names, adapters turned to [out][in]. */
async function loadWeights(source: WeightSource): Promise<Weights> {
  const read = (name: string): Promise<Vector> => readTensorF32(source, name);
  const weights: Weights = new Map();
  const put = async (name: string, from: string): Promise<unknown> => weights.set(name, await read(from));
  const putNorm = async (name: string, from: string): Promise<void> => {
    for (const part of ['weight', 'bias']) await put(`${name}.${part}`, `${from}.${part}`);
  };
  await put('emb.weight', 'e.weight');
  await put('head.weight', 'o.weight');
  await putNorm('ln_out', 'lno');
  for (const [index, number] of ['1', '2'].entries()) {
    const [timeMixes, channelMixes] = [`blocks.${2 * index}`, `blocks.${2 * index + 1}`];
    const switchedOff = await read(`rosa${number}.rosa_qkv.emb`);
    if (switchedOff.some((x) => x !== 0))
      throw new EngineError('model-unsupported', `Part rosa${number} is not switched off.`);
    for (const [name, { shape }] of source.tensors) {
      const [part, ...rest] = name.split('.');
      const own = rest.join('.');
      if (part === `rwkv${number}`) weights.set(`${timeMixes}.att.${own}`, officialOrder(own, await read(name), shape));
      if (part === `ffn${number}`) await put(`${channelMixes}.ffn.${own}`, name);
    }
    await putNorm(`${timeMixes}.ln1`, `ln${number}a`);
    await putNorm(`${channelMixes}.ln2`, `ln${number}b`);
    addConstant(weights, timeMixes, await read(`rosa${number}.o.bias`));
    addNothing(weights, timeMixes, channelMixes);
  }
  return weights;
}

/** Adapters (w1 … g2) are stored [in][out]. */
function officialOrder(name: string, data: Vector, [rows = 1, columns = 1]: readonly number[]): Vector {
  if (!/^[wavg][12]$/.test(name)) return data;
  return data.map((_, i) => data[(i % rows) * columns + Math.floor(i / rows)] ?? NaN);
}

/** A channel mix that adds `constant` to x: its norm gives the unit vector e₀ for every x. */
function addConstant(weights: Weights, block: string, constant: Vector): void {
  const zero = new Float32Array(constant.length);
  const unit = zero.slice().fill(1, 0, 1);
  weights.set(`${block}.ln2.weight`, zero).set(`${block}.ln2.bias`, unit).set(`${block}.ffn.x_k`, zero);
  weights.set(`${block}.ffn.key.weight`, unit).set(`${block}.ffn.value.weight`, constant);
}

/** A time mix that adds nothing to x: another block's, with an output matrix of zeros. */
function addNothing(weights: Weights, from: string, block: string): void {
  for (const [name, data] of [...weights])
    if (name.startsWith(`${from}.att.`) || name.startsWith(`${from}.ln1.`))
      weights.set(name.replace(from, block), data);
  weights.set(`${block}.att.output.weight`, new Float32Array(CONFIG.width * CONFIG.width));
}

function randomNumber(length: number, random: () => number): string {
  const digits = Array.from({ length: length - 1 }, () => Math.floor(random() * 10));
  return ['1', ...digits].join('');
}

function bestOf(logits: Float32Array): number {
  return logits.indexOf(Math.max(...logits));
}

const [path] = process.argv.slice(2);
if (path === undefined) throw new EngineError('invalid-argument', 'Give the path of 260123_reverse_L2_only_rwkv7.pth.');
const source = await openModel(await fileSource(path));
const outputBias = await readTensorF32(source, 'o.bias');
const model = createReferenceModel(await loadWeights(source), CONFIG, { fingerprint: '0'.repeat(64) });
await source.close();

const random = seededRandom(1);
let [right, total] = [0, 0];
for (let length = 1; length <= LONGEST; length++) {
  const number = randomNumber(length, random);
  const text = `${number},${Array.from(number).reverse().join('')}#`;
  const tokens = Array.from(text, (character) => CHARACTERS.indexOf(character));
  const state = model.createState();
  for (const [i, token] of tokens.slice(0, -1).entries()) {
    const logits = add(await model.decode(state, token), outputBias);
    if (i < length) continue; // the number itself cannot be foreseen
    total++;
    if (bestOf(logits) === tokens[i + 1]) right++;
  }
}
console.log(`${right}/${total} digits right`);
if (right !== total) process.exitCode = 1;
