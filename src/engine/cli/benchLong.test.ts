import { expect, test } from 'vitest';
import { createFakeModel } from '../../../test/support/fakeModel.ts';
import { benchLong } from './benchLong.ts';
import { Output } from './output.ts';
import { ratesOf, spreadOf } from './spread.ts';

async function long(tokens: number, signal = new AbortController().signal) {
  const model = createFakeModel({ maxChunk: 64, layers: 1 });
  const results: string[] = [];
  const streams = { writeResult: (text: string) => results.push(text), writeRemark: () => undefined };
  const output = new Output({ ...streams, remarksAreTerminal: false, columns: 80 }, true);
  let asked = 0;
  const ended = benchLong(model, tokens, signal, output, () => ({ rss: 1000 * ++asked, heap: 50 - asked }));
  const error: unknown = await ended.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  const lines = results.map((line) => JSON.parse(line) as Record<string, unknown>);
  return { model, lines, error };
}

test('all tokens go into one state, after a few into another', async () => {
  const { model, lines } = await long(40_000);
  const read = model.calls.reduce((sum, { tokens }) => sum + tokens.length, 0);
  expect(read).toBe(40_000 + 4 * 64);
  expect(lines.map(({ position }) => position)).toEqual([16_384, 23_616, 40_000, undefined]);
  expect(model.liveStates()).toBe(0);
});

test('memory is compared once it is settled with the end', async () => {
  const { lines } = await long(200);
  expect(lines.at(-1)).toMatchObject({ type: 'long', window: 100, rssGrowthBytes: 1000, heapGrowthBytes: -1 });
});

test('it stops when told to, and leaves no state', async () => {
  const reason = new Error('Interrupted.');
  const { model, lines, error } = await long(200, AbortSignal.abort(reason));
  expect(error).toBe(reason);
  expect(lines).toEqual([]);
  expect(model.liveStates()).toBe(0);
});

test('the shortest time is the highest rate', () => {
  expect(ratesOf(10, spreadOf([5, 1, 2]))).toEqual({ median: 5, min: 2, max: 10 });
});
