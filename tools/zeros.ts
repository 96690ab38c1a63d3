/**
 * How much of the channel mix is zero: runs the reference model over the first tokens of a text and prints, for each layer
 * and overall, the share of exact zeros after the squared ReLU, and the share of blocks of 32 columns that are all zero.
 *   node scripts/run.mjs tools/zeros.ts [--tokens 128] [--model FILE] [--text FILE]
 */
import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { openModelFile } from '../src/engine/hosts/node.ts';
import { demoModelPath } from '../src/engine/hosts/paths.ts';
import { findVocabulary } from '../src/engine/hosts/vocabulary.ts';
import { forward } from '../src/engine/reference/forward.ts';
import { loadReferenceWeights } from '../src/engine/reference/weights.ts';
import { shiftLength, wkvLength } from '../src/engine/rwkv7/config.ts';
import { detectConfig } from '../src/engine/rwkv7/detect.ts';
import { createTokenizer } from '../src/engine/tokenizer/tokenizer.ts';

const BLOCK = 32;

/** Counts of one layer, over all tokens. */
export interface Zeros {
  readonly values: number;
  readonly zeros: number;
  readonly blocks: number;
  readonly zeroBlocks: number;
}

/** Counts exact zeros in `values` [ffnWidth], and blocks of 32 that hold nothing else. */
export function countZeros(values: Float32Array): Zeros {
  let [zeros, blocks, zeroBlocks] = [0, 0, 0];
  for (let start = 0; start < values.length; start += BLOCK) {
    const block = values.subarray(start, start + BLOCK);
    const own = block.reduce((count, value) => count + (value === 0 ? 1 : 0), 0);
    zeros += own;
    blocks++;
    if (own === block.length) zeroBlocks++;
  }
  return { values: values.length, zeros, blocks, zeroBlocks };
}

const sum = (a: Zeros, b: Zeros): Zeros => ({
  ...{ values: a.values + b.values, zeros: a.zeros + b.zeros },
  ...{ blocks: a.blocks + b.blocks, zeroBlocks: a.zeroBlocks + b.zeroBlocks },
});
const NONE: Zeros = { values: 0, zeros: 0, blocks: 0, zeroBlocks: 0 };
const percent = (part: number, whole: number): string => `${((100 * part) / whole).toFixed(2)} %`;

async function main(): Promise<void> {
  const { values: options } = parseArgs({
    options: {
      tokens: { type: 'string', default: '128' },
      model: { type: 'string', default: demoModelPath() },
      text: { type: 'string', default: 'test/data/heldout.txt' },
    },
  });
  const source = await openModelFile(options.model);
  const config = detectConfig(source);
  const tokenizer = createTokenizer(await findVocabulary(source, options.model, config.vocabularySize));
  const weights = await loadReferenceWeights(source, config);
  await source.close();
  const tokens = tokenizer.encodeBytes(await readFile(options.text)).subarray(0, Number(options.tokens));
  const state = { shift: new Float32Array(shiftLength(config)), wkv: new Float32Array(wkvLength(config)) };
  const layers = Array.from({ length: config.layers }, () => NONE);
  for (const token of tokens)
    forward(weights, config, state, token, (layer, squared) => {
      layers[layer] = sum(layers[layer] ?? NONE, countZeros(squared));
    });
  const rows = [...layers.map((zeros, layer) => [`layer ${layer}`, zeros] as const)];
  for (const [name, { values, zeros, blocks, zeroBlocks }] of [...rows, ['all', layers.reduce(sum, NONE)] as const])
    process.stdout.write(
      `${name}: ${percent(zeros, values)} zeros, ${percent(zeroBlocks, blocks)} of blocks of ${BLOCK}\n`,
    );
}

if (import.meta.main) await main();
