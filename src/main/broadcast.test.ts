import { expect, test } from 'vitest';
import { EventHub } from './eventHub.ts';

async function collect(values: AsyncIterable<string>, into: string[]): Promise<string[]> {
  for await (const value of values) into.push(value);
  return into;
}

test('everybody gets what is first and all that follows, until they stop', async () => {
  const hub = new EventHub<string>();
  const controller = new AbortController();
  const [one, two]: string[][] = [[], []];
  const first = collect(
    hub.watch(() => ['state'], controller.signal),
    one ?? [],
  );
  hub.publish('missed: the watching begins with the loop');
  await expect.poll(() => one).toContain('state');
  const second = collect(
    hub.watch(() => [], controller.signal),
    two ?? [],
  );
  hub.publish('a');
  hub.publish('b');
  await expect.poll(() => two).toEqual(['a', 'b']);
  controller.abort();
  expect([await first, await second].map((events) => events.slice(-2))).toEqual([
    ['a', 'b'],
    ['a', 'b'],
  ]);
  hub.publish('c');
  expect(two).toEqual(['a', 'b']);
});

test('what is published while the first facts are told is not lost', async () => {
  const hub = new EventHub<string>();
  const seen: string[] = [];
  for await (const event of hub.watch(() => ['state'])) {
    seen.push(event);
    if (event === 'state') hub.publish('change');
    else break;
  }
  expect(seen).toEqual(['state', 'change']);
});
