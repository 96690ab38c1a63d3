/** What a comparison found, in words. */
import type { GreedyResult, PerplexityResult, TokenisationResult } from './compare.ts';

export interface ParityReport {
  /** Names: ours, then the other. */
  readonly engines: readonly [string, string];
  readonly tokenisation: TokenisationResult;
  readonly perplexity: PerplexityResult;
  readonly greedy: GreedyResult;
}

const mark = (ok: boolean): string => (ok ? 'ok  ' : 'FAIL');

export function printReport({ engines, tokenisation, perplexity, greedy }: ParityReport): void {
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
}
