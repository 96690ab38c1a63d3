/**
 * Compares our engine with llama.cpp on the same GGUF file: the same tokens for the held-out text, the same perplexity
 * within 0.5 %, the same greedy continuations on at least nine prompts of ten. Exit code 1 when a bound is broken.
 *   npm run parity -- [--model FILE.gguf] [--tokens 1024] [--prompts 10] [--engine webgpu|reference] [--adapter NAME] [--json]
 * Without --model: the demo model, its Q8_0 weights as F16, because llama.cpp rounds activations too where weights are Q8_0.
 */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { EngineError } from '../src/engine/api/errors.ts';
import { fileSource } from '../src/engine/hosts/files.ts';
import { openAnser, openModelFile } from '../src/engine/hosts/node.ts';
import { demoModelPath } from '../src/engine/hosts/paths.ts';
import { findVocabulary } from '../src/engine/hosts/vocabulary.ts';
import { createReferenceModel } from '../src/engine/reference/referenceModel.ts';
import { loadReferenceWeights } from '../src/engine/reference/weights.ts';
import { detectConfig } from '../src/engine/rwkv7/detect.ts';
import { createTokenizer } from '../src/engine/tokenizer/tokenizer.ts';
import { ggufToF16 } from './ggufToF16.ts';
import { compareGreedy, comparePerplexity, compareTokenisation } from './parity/compare.ts';
import { ownEngine, type ParityEngine } from './parity/engine.ts';
import { openLlama } from './parity/llama.ts';
import { printReport, type ParityReport } from './parity/report.ts';
import { promptsFrom, textOf } from './parity/texts.ts';

const CONTINUATION = 64;
/** Tokens; a prompt has 240 characters at most, and a character four bytes. */
const LONGEST_PROMPT = 960;
const HELD_OUT = new URL('../test/data/heldout.txt', import.meta.url);

interface Options {
  readonly model: string | undefined;
  readonly tokens: number;
  readonly prompts: number;
  readonly engine: 'webgpu' | 'reference';
  readonly adapter: string;
  readonly json: boolean;
}

function readOptions(): Options {
  const { values } = parseArgs({
    options: {
      model: { type: 'string' },
      tokens: { type: 'string', default: '1024' },
      prompts: { type: 'string', default: '10' },
      engine: { type: 'string', default: 'webgpu' },
      adapter: { type: 'string', default: 'auto' },
      json: { type: 'boolean', default: false },
    },
  });
  const { engine } = values;
  if (engine !== 'webgpu' && engine !== 'reference')
    throw new EngineError('invalid-argument', `There is no engine ${engine}.`);
  const count = (name: 'tokens' | 'prompts', least: number): number => {
    const value = Number(values[name]);
    if (!Number.isInteger(value) || value < least)
      throw new EngineError(
        'invalid-argument',
        `--${name} must be a whole number, at least ${least}, not ${values[name]}.`,
      );
    return value;
  };
  const { model, adapter, json } = values;
  return { model, tokens: count('tokens', 2), prompts: count('prompts', 1), engine, adapter, json };
}

/** Our engine in the form that was asked for. */
async function openOwn({ engine, adapter }: Options, modelPath: string): Promise<ParityEngine> {
  if (engine === 'reference') return openReference(modelPath);
  const anser = await openAnser({ modelPath, adapter });
  return ownEngine(`Anser (${anser.adapterLine})`, anser, () => anser.dispose());
}

async function openReference(modelPath: string): Promise<ParityEngine> {
  const weights = await openModelFile(modelPath);
  const config = detectConfig(weights);
  const model = createReferenceModel(await loadReferenceWeights(weights, config), config, {
    fingerprint: '0'.repeat(64),
  });
  const tokenizer = createTokenizer(await findVocabulary(weights, modelPath, config.vocabularySize));
  await weights.close();
  return ownEngine('Anser (reference)', { model, tokenizer }, () => Promise.resolve());
}

async function compare(options: Options, modelPath: string): Promise<ParityReport> {
  const heldOut = await readFile(HELD_OUT, 'utf8');
  const own = await openOwn(options, modelPath);
  const peer = await openLlama(modelPath, Math.max(options.tokens, LONGEST_PROMPT) + CONTINUATION);
  try {
    const tokenisation = compareTokenisation(own, peer, heldOut);
    const tokens = own.tokenize(textOf(heldOut)).slice(0, options.tokens);
    const perplexity = await comparePerplexity(own, peer, tokens);
    const greedy = await compareGreedy(own, peer, promptsFrom(heldOut, options.prompts), CONTINUATION);
    return { engines: [own.name, peer.name], tokenisation, perplexity, greedy };
  } finally {
    await own.dispose();
    await peer.dispose();
  }
}

/** The model that was asked for, or the demo model as F16 in a folder that is removed afterwards. */
async function withModel<T>({ model }: Options, use: (path: string) => Promise<T>): Promise<T> {
  if (model !== undefined) return use(model);
  const folder = await mkdtemp(join(tmpdir(), 'anser-parity-'));
  try {
    const path = join(folder, 'demo-f16.gguf');
    const source = await fileSource(demoModelPath());
    await ggufToF16(source, path);
    await source.close();
    return await use(path);
  } finally {
    await rm(folder, { recursive: true });
  }
}

const options = readOptions();
const report = await withModel(options, (path) => compare(options, path));
if (options.json) console.log(JSON.stringify(report, undefined, 2));
else printReport(report);
if (!(report.tokenisation.ok && report.perplexity.ok && report.greedy.ok)) process.exitCode = 1;
