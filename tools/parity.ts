/**
 * Compares our engine with llama.cpp on the same GGUF file: the same tokens for the held-out text, the same perplexity
 * within 0.5 %, the same greedy continuations on at least nine prompts of ten. Exit code 1 when a bound is broken.
 *   npm run parity -- [--model FILE.gguf] [--tokens 1024] [--prompts 10] [--decoded 2]
 *     [--engine webgpu|reference] [--adapter NAME] [--json] [--skip-unsupported]
 * llama.cpp answers first and is closed before our engine opens: it waits by spinning, and both want every core. Along its
 * continuations our engine is asked for its own choice at every token, which is its greedy continuation as long as they
 * agree; --decoded of the prompts it also continues by itself, token by token.
 * Installs llama.cpp first if need be (see parity/install.ts). Where there is none for the platform it fails, or with
 * --skip-unsupported says so and succeeds, though never where CI is set.
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
import { ownEngine, type GreedyStep, type OwnEngine } from './parity/engine.ts';
import { installPeer, isCi } from './parity/install.ts';
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
  readonly decoded: number;
  readonly engine: 'webgpu' | 'reference';
  readonly adapter: string;
  readonly json: boolean;
  readonly skipUnsupported: boolean;
}

function readOptions(): Options {
  const { values } = parseArgs({
    options: {
      model: { type: 'string' },
      tokens: { type: 'string', default: '1024' },
      prompts: { type: 'string', default: '10' },
      decoded: { type: 'string', default: '2' },
      engine: { type: 'string', default: 'webgpu' },
      adapter: { type: 'string', default: 'auto' },
      json: { type: 'boolean', default: false },
      'skip-unsupported': { type: 'boolean', default: false },
    },
  });
  const { engine } = values;
  if (engine !== 'webgpu' && engine !== 'reference')
    throw new EngineError('invalid-argument', `There is no engine ${engine}.`);
  const count = (name: 'tokens' | 'prompts' | 'decoded', least: number): number => {
    const value = Number(values[name]);
    if (!Number.isInteger(value) || value < least)
      throw new EngineError(
        'invalid-argument',
        `--${name} must be a whole number, at least ${least}, not ${values[name]}.`,
      );
    return value;
  };
  const { model, adapter, json, 'skip-unsupported': skipUnsupported } = values;
  const counts = { tokens: count('tokens', 2), prompts: count('prompts', 1), decoded: count('decoded', 0) };
  return { ...counts, model, engine, adapter, json, skipUnsupported };
}

/** Our engine in the form that was asked for. */
async function openOwn({ engine, adapter }: Options, modelPath: string): Promise<OwnEngine> {
  if (engine === 'reference') return openReference(modelPath);
  const anser = await openAnser({ modelPath, adapter });
  return ownEngine(`Anser (${anser.adapterLine})`, anser, () => anser.dispose());
}

async function openReference(modelPath: string): Promise<OwnEngine> {
  const weights = await openModelFile(modelPath);
  const config = detectConfig(weights);
  const model = createReferenceModel(await loadReferenceWeights(weights, config), config, {
    fingerprint: '0'.repeat(64),
  });
  const tokenizer = createTokenizer(await findVocabulary(weights, modelPath, config.vocabularySize));
  await weights.close();
  return ownEngine('Anser (reference)', { model, tokenizer }, () => Promise.resolve());
}

/** What llama.cpp makes of the held-out text. */
interface PeerAnswers {
  readonly name: string;
  /** The whole text. */
  readonly tokens: readonly number[];
  /** The running text whose losses were asked for. */
  readonly running: readonly number[];
  readonly losses: readonly number[];
  readonly continuations: readonly {
    readonly prompt: string;
    readonly tokens: readonly number[];
    readonly steps: readonly GreedyStep[];
  }[];
}

async function askPeer(options: Options, modelPath: string, heldOut: string): Promise<PeerAnswers> {
  const peer = await openLlama(modelPath, Math.max(options.tokens, LONGEST_PROMPT) + CONTINUATION);
  try {
    const running = peer.tokenize(textOf(heldOut)).slice(0, options.tokens);
    const continuations = [];
    for (const prompt of promptsFrom(heldOut, options.prompts)) {
      const tokens = peer.tokenize(prompt);
      continuations.push({ prompt, tokens, steps: await peer.continueGreedily(tokens, CONTINUATION) });
    }
    const losses = await peer.losses(running);
    return { name: peer.name, tokens: peer.tokenize(heldOut), running, losses, continuations };
  } finally {
    await peer.dispose();
  }
}

async function compare(options: Options, modelPath: string): Promise<ParityReport> {
  const heldOut = await readFile(HELD_OUT, 'utf8');
  const start = performance.now();
  const peer = await askPeer(options, modelPath, heldOut);
  const middle = performance.now();
  const own = await openOwn(options, modelPath);
  try {
    const tokenisation = compareTokenisation(own.tokenize(heldOut), peer.tokens);
    const perplexity = comparePerplexity(await own.losses(peer.running), peer.losses);
    const continued = [];
    for (const [i, { prompt, tokens, steps }] of peer.continuations.entries()) {
      const ours =
        i < options.decoded
          ? await own.continueGreedily(tokens, CONTINUATION)
          : await own.choicesAlong(
              tokens,
              steps.map(({ token }) => token),
            );
      continued.push({ prompt, own: ours, peer: steps });
    }
    const seconds = { peer: (middle - start) / 1000, own: (performance.now() - middle) / 1000 };
    const decoded = Math.min(options.decoded, continued.length);
    const greedy = compareGreedy(continued, CONTINUATION);
    return { engines: [own.name, peer.name], tokenisation, perplexity, greedy, decoded, seconds };
  } finally {
    await own.dispose();
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

async function main(): Promise<void> {
  const options = readOptions();
  const unsupported = installPeer();
  if (unsupported !== undefined) {
    console.log(`NOT CHECKED: ${unsupported}`);
    if (!options.skipUnsupported || isCi(process.env)) process.exitCode = 1;
    return;
  }
  const report = await withModel(options, (path) => compare(options, path));
  if (options.json) console.log(JSON.stringify(report, undefined, 2));
  else printReport(report);
  if (!(report.tokenisation.ok && report.perplexity.ok && report.greedy.ok)) process.exitCode = 1;
}

await main();
