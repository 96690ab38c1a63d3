/**
 * llama.cpp as a ParityEngine, through the npm package node-llama-cpp and its prebuilt CPU binary; nothing is ever
 * downloaded or built. Tokens are given as they are: no beginning-of-text token is put before them.
 */
import { availableParallelism } from 'node:os';
import type * as NodeLlamaCpp from 'node-llama-cpp';
import type {
  ControlledEvaluateIndexOutput,
  ControlledEvaluateInputItem,
  LlamaContextSequence,
  Token,
} from 'node-llama-cpp';
import { EngineError } from '../../src/engine/api/errors.ts';
import type { GreedyStep, ParityEngine } from './engine.ts';
import { chunks } from './texts.ts';

/** Tokens a call: node-llama-cpp makes a map of the whole vocabulary for each, and holds them until the call ends. */
const BATCH = 64;

/** Its threads wait for each other by spinning: more of them than idle cores, and a token takes seconds. */
const threads = Math.max(1, Math.floor(availableParallelism() / 2));

/** What a token is followed by is wanted. */
const withNext = (token: number): ControlledEvaluateInputItem => [
  token as Token,
  { generateNext: { probabilities: true } },
];

/**
 * Opens the model with llama.cpp; `installPeer` comes before.
 * @param contextSize tokens of the longest text that will be read, and its continuation
 */
export async function openLlama(modelPath: string, contextSize: number): Promise<ParityEngine> {
  const { getLlama, LlamaLogLevel } = await importPackage();
  const llama = await getLlama({
    gpu: false,
    build: 'never',
    skipDownload: true,
    progressLogs: false,
    logLevel: LlamaLogLevel.error,
  });
  const model = await llama.loadModel({ modelPath, gpuLayers: 0 });
  const context = await model.createContext({ contextSize, batchSize: BATCH, sequences: 1, threads });
  const sequence = context.getSequence();
  return {
    name: `llama.cpp ${llama.llamaCppRelease.release}`,
    // Without special tokens: `<s>` in a text is text. (Its trie still holds the literal names of padding rows.)
    tokenize: (text) => model.tokenize(text, false),
    losses: async (tokens) => {
      await sequence.clearHistory();
      return losses(sequence, tokens);
    },
    continueGreedily: async (prompt, count) => {
      await sequence.clearHistory();
      return continueGreedily(sequence, prompt, count);
    },
    dispose: () => llama.dispose(),
  };
}

/** By its address, not by its name: the package lies in `peer/`, out of sight of the compiler and of the root's `npm ci`. */
async function importPackage(): Promise<typeof NodeLlamaCpp> {
  const entry: string = new URL('peer/index.mjs', import.meta.url).href;
  return (await import(entry)) as typeof NodeLlamaCpp;
}

async function losses(sequence: LlamaContextSequence, tokens: readonly number[]): Promise<number[]> {
  const result: number[] = [];
  for (const [start, chunk] of chunks(tokens.slice(0, -1), BATCH)) {
    const outputs = await sequence.controlledEvaluate(chunk.map(withNext));
    for (const i of chunk.keys()) {
      const probability = probabilitiesOf(outputs[i]).get(tokens[start + i + 1] as Token);
      if (probability === undefined) throw incomplete();
      result.push(-Math.log(probability));
    }
  }
  return result;
}

async function continueGreedily(
  sequence: LlamaContextSequence,
  prompt: readonly number[],
  count: number,
): Promise<GreedyStep[]> {
  const last = prompt.length - 1;
  let input = prompt.map((token, i) => (i < last ? (token as Token) : withNext(token)));
  const steps: GreedyStep[] = [];
  for (let i = 0; i < count; i++) {
    const outputs = await sequence.controlledEvaluate(input);
    const [best, second] = probabilitiesOf(outputs.at(-1));
    if (!best || !second) throw incomplete();
    // The difference of the logits is that of the logarithms.
    steps.push({ token: best[0], margin: Math.log(best[1] / second[1]) });
    input = [withNext(best[0])];
  }
  return steps;
}

function probabilitiesOf(output: ControlledEvaluateIndexOutput | undefined): Map<Token, number> {
  const probabilities = output?.next.probabilities;
  if (!probabilities) throw incomplete();
  return probabilities;
}

const incomplete = (): EngineError =>
  new EngineError('self-test-failed', 'node-llama-cpp returned no probabilities for a token.');
