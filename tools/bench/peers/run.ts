/**
 * Measures llama.cpp on RWKV-7 shapes with random weights; prints a row of JSON for each speed as soon as it is known.
 * build.sh says how to get and build llama.cpp.
 *   node scripts/run.mjs tools/bench/peers/run.ts [options]
 *     --build FOLDER       what build.sh wrote; default build-peers
 *     --backends LIST      cuda, vulkan, cpu; default cuda,vulkan
 *     --models LIST        sizes; default 2.9b,0.4b,1.5b,7.2b
 *     --precisions LIST    default f16,q8_0,q4_0
 *     --ubatches LIST      tokens that llama.cpp computes at a time in prefill; default 2048,512 (512 is its own default)
 *     --prefill N          tokens; default 4096
 *     --decode N           tokens; default 128
 *     --repeat N           runs of which the median is taken; default 5
 *     --folder FOLDER      where models are written, one at a time (0.3 to 14 GB), e.g. /dev/shm
 * For a machine without npm, one file that a Node 24 runs by itself:
 *   npx esbuild tools/bench/peers/run.ts --bundle --platform=node --format=esm --outfile=dist-tests/peers.mjs
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { EngineError } from '../../../src/engine/api/errors.ts';
import { releasedConfig } from '../../../src/engine/rwkv7/synthetic.ts';
import { BACKENDS, measure, type Backend } from './llamaBench.ts';
import { PRECISIONS, writeSyntheticGguf, type Precision } from './syntheticGguf.ts';

interface Options {
  readonly build: string;
  readonly backends: readonly Backend[];
  readonly models: readonly string[];
  readonly precisions: readonly Precision[];
  readonly ubatches: readonly number[];
  readonly prefill: number;
  readonly decode: number;
  readonly repeat: number;
  readonly folder: string;
}

function readOptions(): Options {
  const { values } = parseArgs({
    options: {
      build: { type: 'string', default: 'build-peers' },
      backends: { type: 'string', default: 'cuda,vulkan' },
      models: { type: 'string', default: '2.9b,0.4b,1.5b,7.2b' },
      precisions: { type: 'string', default: PRECISIONS.join(',') },
      ubatches: { type: 'string', default: '2048,512' },
      prefill: { type: 'string', default: '4096' },
      decode: { type: 'string', default: '128' },
      repeat: { type: 'string', default: '5' },
      folder: { type: 'string', default: tmpdir() },
    },
  });
  return {
    build: values.build,
    backends: values.backends.split(',').map((name) => oneOf(Object.keys(BACKENDS) as Backend[], name)),
    models: values.models.split(','),
    precisions: values.precisions.split(',').map((name) => oneOf(PRECISIONS, name)),
    ubatches: values.ubatches.split(',').map((size) => count(size, 1)),
    prefill: count(values.prefill, 0),
    decode: count(values.decode, 0),
    repeat: count(values.repeat, 1),
    folder: values.folder,
  };
}

function oneOf<T extends string>(names: readonly T[], wanted: string): T {
  const found = names.find((name) => name === wanted);
  if (found === undefined)
    throw new EngineError('invalid-argument', `There is no ${wanted}; choose from ${names.join(', ')}.`);
  return found;
}

function count(text: string, least: number): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < least)
    throw new EngineError('invalid-argument', `${text} is no whole number of at least ${least}.`);
  return value;
}

/** Measures one model file with every backend. What fails is told and left out: the rest is still worth having. */
async function measureModel(options: Options, modelPath: string, model: string, precision: Precision): Promise<void> {
  const { build, backends, ubatches, prefill, decode, repeat } = options;
  for (const backend of backends) {
    for (const [index, ubatch] of ubatches.entries()) {
      try {
        const rows = await measure({
          ...{ build, backend, modelPath, model, precision, prefill, ubatch, repeat },
          // One token at a time: the size of pieces means nothing to it.
          decode: index === 0 ? decode : 0,
        });
        for (const row of rows) console.log(JSON.stringify(row));
      } catch (error) {
        console.error(`${model} ${precision} ${backend}: ${error instanceof Error ? error.message : String(error)}`);
        process.exitCode = 1;
      }
    }
  }
}

const options = readOptions();
const folder = await mkdtemp(join(options.folder, 'anser-peers-'));
try {
  for (const model of options.models) {
    for (const precision of options.precisions) {
      const path = join(folder, `${model}-${precision}.gguf`);
      await writeSyntheticGguf(path, `synthetic ${model}`, releasedConfig(model), precision);
      await measureModel(options, path, model, precision);
      await rm(path);
    }
  }
} finally {
  await rm(folder, { recursive: true });
}
