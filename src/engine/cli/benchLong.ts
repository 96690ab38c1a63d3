/** `anser bench --long N`: whether reading stays as fast, and memory as small, however long the text is. */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { LiveState, SequenceModel } from '../rwkv7/sequenceModel.ts';
import { formatBytes, formatCount, formatRate } from './format.ts';
import type { Output } from './output.ts';
import { secondsSince, someTokens } from './spread.ts';

/** Tokens over which a speed is taken: at 20,000 tokens/s most of a second. */
const WINDOW = 16_384;
/** The first numbers are from here on, with everything allocated that a run allocates. */
const SETTLED = 0.1;
/** Chunks on another state before anything is measured. */
const WARM_UP_CHUNKS = 4;

/** Bytes of main memory: of the whole process, and of JavaScript's objects after collecting what is unused. */
export interface Memory {
  readonly rss: number;
  readonly heap: number;
}

/**
 * Prefills `tokens` (2 or more) into one state. A row for each window, then one that compares the first with the last.
 * @throws the signal's reason
 */
export async function benchLong<S extends LiveState>(
  model: SequenceModel<S>,
  tokens: number,
  signal: AbortSignal,
  output: Output,
  memoryNow: () => Memory = collectedMemory(),
): Promise<void> {
  const read = async (state: S, count: number): Promise<number> => {
    const started = performance.now();
    for (let done = 0; done < count; done += model.maxChunk) {
      signal.throwIfAborted();
      const chunk = someTokens(Math.min(model.maxChunk, count - done));
      // Logits only at the end: waiting for them is waiting for everything before.
      await model.prefill(state, chunk, done + chunk.length === count ? 'last' : 'none');
    }
    return secondsSince(started);
  };
  const window = Math.min(WINDOW, Math.floor(tokens / 2));
  const [warmUp, state] = [model.createState(), model.createState()];
  try {
    await read(warmUp, Math.min(tokens, WARM_UP_CHUNKS * model.maxChunk));
    const rates: number[] = [];
    let settled: Memory | undefined;
    let position = 0;
    for (const count of windowsOf(tokens, window)) {
      const seconds = await read(state, count);
      position += count;
      const tokensPerSecond = count / seconds;
      rates.push(tokensPerSecond);
      if (position >= SETTLED * tokens) settled ??= memoryNow();
      output.result(
        { type: 'longWindow', position, tokens: count, seconds, tokensPerSecond },
        `up to token ${formatCount(position)}: ${formatRate(tokensPerSecond)} tokens/s`,
      );
    }
    const [first = Number.NaN, last = Number.NaN, ratio = last / first] = [rates[0], rates.at(-1)];
    const [before, after] = [settled ?? memoryNow(), memoryNow()];
    const [rssGrowthBytes, heapGrowthBytes] = [after.rss - before.rss, after.heap - before.heap];
    output.result(
      {
        ...{ type: 'long', tokens, window, firstTokensPerSecond: first, lastTokensPerSecond: last, ratio },
        ...{ rssGrowthBytes, heapGrowthBytes },
      },
      `the last ${formatCount(window)} of ${formatCount(tokens)} tokens at ${ratio.toFixed(3)} of the speed of the first; memory after the first tenth grew by ${signedBytes(rssGrowthBytes)} (heap ${signedBytes(heapGrowthBytes)})`,
    );
  } finally {
    warmUp.dispose();
    state.dispose();
  }
}

/** Whole windows, but for the last but one, which takes what is left over: first and last are of one size. */
function windowsOf(tokens: number, window: number): number[] {
  const rest = tokens % window;
  const whole = Array.from({ length: Math.floor(tokens / window) }, () => window);
  return rest === 0 ? whole : [...whole.slice(0, -1), rest, window];
}

/** What is held, not what waits to be collected: a leak of a few bytes a token would hide behind that. */
function collectedMemory(): () => Memory {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  return () => {
    collect();
    const { rss, heapUsed } = process.memoryUsage();
    return { rss, heap: heapUsed };
  };
}

const signedBytes = (bytes: number): string => `${bytes < 0 ? '−' : ''}${formatBytes(Math.abs(bytes))}`;
