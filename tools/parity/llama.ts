/**
 * llama.cpp as a ParityEngine, through the npm package node-llama-cpp and its prebuilt CPU binary; nothing is ever
 * downloaded or built. Tokens are given as they are: no beginning-of-text token is put before them.
 */
import { availableParallelism } from 'node:os';
import type {
  ControlledEvaluateIndexOutput,
  ControlledEvaluateInputItem,
  LlamaContextSequence,
  Token,
} from 'node-llama-cpp';
import { EngineError } from '../../src/engine/api/errors.ts';
import type { GreedyStep, ParityEngine } from './engine.ts';

type Wanted = NonNullable<Exclude<ControlledEvaluateInputItem, number>[1]['generateNext']>;

/** Tokens a batch. */
const BATCH = 512;

/** Its threads wait for each other by spinning: more of them than idle cores, and a token takes seconds. */
const threads = Math.max(1, Math.floor(availableParallelism() / 2));

/**
 * Opens the model with llama.cpp.
 * @param contextSize tokens of the longest text that will be read, and its continuation
 * @throws EngineError `invalid-argument` where node-llama-cpp is not installed
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
    name: 'llama.cpp',
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

/** The package is large and needed for nothing else, so it is not among the dependencies. */
async function importPackage() {
  try {
    return await import('node-llama-cpp');
  } catch (cause) {
    throw new EngineError('invalid-argument', 'llama.cpp (the npm package node-llama-cpp) cannot be loaded.', {
      cause,
      nextStep: 'Run "npm run parity:install" first.',
    });
  }
}

/**
 * Asks for the raw logits of a token and of the best one, and for Σ exp(logit − best) over the vocabulary: enough for
 * −ln p. (`includeTop`, because node-llama-cpp 3.22.1 ignores `includeMax`.)
 */
async function losses(sequence: LlamaContextSequence, tokens: readonly number[]): Promise<number[]> {
  const targets = tokens.slice(1);
  const input = targets.map((target, i): ControlledEvaluateInputItem => {
    const wanted: Wanted = {
      totalLogitWeight: true,
      logits: { filter: { tokens: [target as Token], includeTop: 1 } },
    };
    return [tokens[i] as Token, { generateNext: wanted }];
  });
  const outputs = await sequence.controlledEvaluate(input);
  return targets.map((target, i) => {
    const { logits, totalLogitWeight } = resultOf(outputs[i]);
    const own = logits.get(target as Token);
    if (own === undefined || totalLogitWeight === undefined) throw incomplete();
    return Math.log(totalLogitWeight) + Math.max(...logits.values()) - own;
  });
}

async function continueGreedily(
  sequence: LlamaContextSequence,
  prompt: readonly number[],
  count: number,
): Promise<GreedyStep[]> {
  const wanted: Wanted = { logits: { filter: { tokens: [], includeTop: 2 } } };
  const last = prompt.length - 1;
  let input = prompt.map((token, i): ControlledEvaluateInputItem =>
    i < last ? (token as Token) : [token as Token, { generateNext: wanted }],
  );
  const steps: GreedyStep[] = [];
  for (let i = 0; i < count; i++) {
    const outputs = await sequence.controlledEvaluate(input);
    const [best, second] = resultOf(outputs.at(-1)).logits;
    if (!best || !second) throw incomplete();
    steps.push({ token: best[0], margin: best[1] - second[1] });
    input = [[best[0], { generateNext: wanted }]];
  }
  return steps;
}

function resultOf(output: ControlledEvaluateIndexOutput | undefined): {
  logits: Map<Token, number>;
  totalLogitWeight: number | undefined;
} {
  const logits = output?.next.logits;
  if (!logits) throw incomplete();
  return { logits, totalLogitWeight: output.next.totalLogitWeight };
}

const incomplete = (): EngineError =>
  new EngineError('self-test-failed', 'node-llama-cpp returned no logits for a token.');
