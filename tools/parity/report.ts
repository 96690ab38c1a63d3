/** What a comparison found, in words. */
import type { GreedyResult, PerplexityResult, TokenisationResult } from './compare.ts';

export interface ParityReport {
  /** Names: ours, then the other. */
  readonly engines: readonly [string, string];
  readonly tokenisation: TokenisationResult;
  readonly perplexity: PerplexityResult;
  readonly greedy: GreedyResult;
  /** Of the prompts, so many were continued by our decoding; along the others' continuations we were asked for our choices. */
  readonly decoded: number;
  /** What it took, in seconds. */
  readonly seconds: { readonly peer: number; readonly own: number };
}

const mark = (ok: boolean): string => (ok ? 'ok  ' : 'FAIL');

export function printReport({ engines, tokenisation, perplexity, greedy, decoded, seconds }: ParityReport): void {
  console.log(engines.join('\nagainst '));
  const { difference } = tokenisation;
  const same =
    difference === undefined
      ? 'the same'
      : `first difference at token ${difference.index}: ${difference.own.join(' ')} | ${difference.peer.join(' ')}`;
  console.log(`${mark(tokenisation.ok)} tokenisation of ${tokenisation.tokens} tokens: ${same}`);
  const percent = (share: number): string => `${(100 * share).toPrecision(2)} %`;
  console.log(
    `${mark(perplexity.ok)} perplexity over ${perplexity.tokens} tokens: ${perplexity.own.toFixed(5)} | ${perplexity.peer.toFixed(5)}, ` +
      `${percent(perplexity.relativeDifference)} apart (at most ${percent(perplexity.bound)})`,
  );
  const { continuations } = greedy;
  console.log(
    `${mark(greedy.ok)} ${greedy.same} of ${continuations.length} greedy continuations of ${greedy.tokens} tokens the same (at least ${greedy.needed})`,
  );
  for (const { prompt, differsAt, margins } of continuations)
    if (differsAt !== undefined && margins)
      console.log(
        `       token ${differsAt} after ${JSON.stringify(prompt.slice(-40))} differs; logit margins ${margins.own.toFixed(4)} | ${margins.peer.toFixed(4)}`,
      );
  console.log(
    `     ${decoded} of them decoded token by token by Anser, the others read in chunks along llama.cpp's continuation`,
  );
  console.log(`     ${seconds.own.toFixed(0)} s for Anser, ${seconds.peer.toFixed(0)} s for llama.cpp`);
}
