/** `anser bench`: how fast this machine loads, reads, writes and saves. */
import type { Anser } from '../hosts/node.ts';
import { peakHostMemoryBytes as measuredPeak } from '../hosts/peakMemory.ts';
import { UsageError, type Arguments } from './arguments.ts';
import { batchSizes, benchBatches } from './benchBatch.ts';
import { benchLong } from './benchLong.ts';
import { benchRuns } from './benchRuns.ts';
import { benchSessions } from './benchSessions.ts';
import type { Command } from './command.ts';
import { formatBytes, formatRate } from './format.ts';
import type { Output } from './output.ts';
import { measured, ratesOf, secondsSince, someTokens } from './spread.ts';
import { withAnser } from './withAnser.ts';

const SLICES_OF_CHUNK = 16;

export const bench: Command = {
  name: 'bench',
  summary: 'Measures loading, prefill, decoding and snapshots.',
  operands: '',
  operandCount: 0,
  options: {
    synthetic: {
      value: 'SIZE',
      help: 'random weights of a released size (0.1b, 0.4b, 1.5b, 2.9b, 7.2b, 13.3b) instead of a file',
    },
    tokens: { value: 'N', help: 'tokens of each measurement; default 512' },
    decode: { value: 'N', help: 'tokens to decode; default 64' },
    repeat: { value: 'N', help: 'measure so often and take the median; default 3' },
    profile: { help: 'also time every dispatch of a decoded token and of the largest chunk (needs timestamps)' },
    batch: { value: 'LIST', help: 'also decode so many sequences at once, e.g. 1,4,16,64' },
    long: { value: 'N', help: 'instead: prefill N tokens, and tell whether speed and memory stay the same' },
    chunks: { value: 'LIST', help: "chunk sizes of prefill, e.g. 16,64,256; default: up to the model's largest" },
  },
  run: async (context) => {
    const { args } = context;
    const synthetic = args.text('synthetic');
    const plan: Plan = {
      tokens: args.number('tokens', { least: 1, whole: true }) ?? 512,
      decode: args.number('decode', { least: 1, whole: true }) ?? 64,
      repeat: args.number('repeat', { least: 1, whole: true }) ?? 3,
      signal: context.signal,
    };
    const chunks = chunkSizes(args);
    const batch = args.text('batch');
    const batches = batch === undefined ? [] : batchSizes(batch);
    const long = args.number('long', { least: 2, whole: true });
    const started = performance.now();
    await withAnser(
      context,
      async (anser) => {
        tellModel(anser, secondsSince(started), context.output);
        if (long !== undefined) {
          await benchLong(anser.model, long, plan.signal, context.output);
          return;
        }
        const { maxChunk } = anser.model;
        // A model may take less at a time than it is asked to.
        const sizes = chunks && [...new Set(chunks.map((size) => Math.min(size, maxChunk)))];
        await measure(anser, plan, sizes ?? defaultChunks(maxChunk), context.output);
        await benchBatches(anser.model, batches, plan, context.output);
        await benchSessions(anser, context.dataFolder, plan, context.output);
        if (args.flag('profile'))
          for (const tokens of [1, anser.model.maxChunk]) await profile(anser, tokens, context.output);
      },
      { ...(synthetic !== undefined && { synthetic }), ...(chunks && { maxChunk: Math.max(...chunks) }) },
    );
  },
};

/** Time by kernel, the slowest first. Each dispatch is a pass of its own, so the sum is more than a run takes. */
async function profile({ model }: Anser, tokens: number, output: Output): Promise<void> {
  const state = model.createState();
  try {
    // A GPU that has been idle runs slowly at first.
    for (let i = 0; i < 8; i++) await model.profile(state, tokens);
    const byKernel = new Map<string, { count: number; microseconds: number }>();
    for (const { label, nanoseconds } of await model.profile(state, tokens)) {
      const entry = byKernel.get(label) ?? { count: 0, microseconds: 0 };
      byKernel.set(label, { count: entry.count + 1, microseconds: entry.microseconds + nanoseconds / 1000 });
    }
    for (const [kernel, { count, microseconds }] of [...byKernel].sort((a, b) => b[1].microseconds - a[1].microseconds))
      output.result(
        { type: 'profile', tokens, kernel, count, microseconds },
        `${tokens} tokens: ${formatRate(microseconds)} µs in ${count} × ${kernel.slice(0, 90)}`,
      );
  } finally {
    state.dispose();
  }
}

interface Plan {
  readonly tokens: number;
  readonly decode: number;
  readonly repeat: number;
  readonly signal: AbortSignal;
}

function chunkSizes(args: Arguments): number[] | undefined {
  const sizes = args.text('chunks')?.split(',').map(Number);
  if (sizes?.every((size) => Number.isInteger(size) && size >= 1 && size <= 4096) === false)
    throw new UsageError('--chunks takes whole numbers from 1 to 4096 with commas between, e.g. 16,64,256.');
  return sizes;
}

function tellModel({ model, modelName, adapterLine }: Anser, loadSeconds: number, output: Output): void {
  // Before anything else is measured: the peak of loading. It holds the driver's memory, too, as the process does.
  const peakHostMemoryBytes = measuredPeak();
  output.result(
    {
      type: 'model',
      model: modelName,
      adapter: adapterLine,
      weightBytes: model.weightBytes,
      stateBytes: model.stateBytes,
      loadSeconds,
      peakHostMemoryBytes,
    },
    `${modelName}: ${formatBytes(model.weightBytes)} of weights, ${formatBytes(model.stateBytes)} of state, loaded in ${formatRate(loadSeconds)} s, with ${formatBytes(peakHostMemoryBytes)} of main memory at most`,
  );
}

async function measure(anser: Anser, plan: Plan, chunks: readonly number[], output: Output): Promise<void> {
  for (const chunk of chunks) {
    // Small chunks are slow; sixteen of them say as much as five hundred.
    const tokens = Math.min(plan.tokens, SLICES_OF_CHUNK * chunk);
    const time = await measured(plan, () => prefillSeconds(anser, { ...plan, tokens }, chunk));
    const { median: tokensPerSecond, min, max } = ratesOf(tokens, time);
    output.result(
      { type: 'prefill', chunk, tokens, seconds: time.median, tokensPerSecond, min, max },
      `prefill in chunks of ${chunk}: ${formatRate(tokensPerSecond)} tokens/s`,
    );
  }
  const time = await measured(plan, () => decodingSeconds(anser, plan));
  const { median: tokensPerSecond, min, max } = ratesOf(plan.decode, time);
  output.result(
    { type: 'decode', tokens: plan.decode, seconds: time.median, tokensPerSecond, min, max },
    `decode: ${formatRate(tokensPerSecond)} tokens/s`,
  );
  await benchRuns(anser.model, plan, output);
}

/** Powers of four up to the largest slice, and that one. */
function defaultChunks(largest: number): number[] {
  return [...[1, 4, 16, 64, 256, 1024].filter((size) => size < largest), largest];
}

async function prefillSeconds({ model }: Anser, { tokens: count, signal }: Plan, chunk: number): Promise<number> {
  const tokens = someTokens(count);
  const state = model.createState();
  try {
    const started = performance.now();
    for (let start = 0; start < count; start += chunk) {
      signal.throwIfAborted();
      await model.prefill(state, tokens.subarray(start, start + chunk), start + chunk >= count ? 'last' : 'none');
    }
    return secondsSince(started);
  } finally {
    state.dispose();
  }
}

async function decodingSeconds({ model }: Anser, { decode, signal }: Plan): Promise<number> {
  const state = model.createState();
  try {
    const started = performance.now();
    for (const token of someTokens(decode)) {
      signal.throwIfAborted();
      await model.decode(state, token);
    }
    return secondsSince(started);
  } finally {
    state.dispose();
  }
}
