import { expect, test } from 'vitest';
import { Broadcast } from './broadcast.ts';

async function collect(values: AsyncIterable<string>, into: string[]): Promise<string[]> {
  for await (const value of values) into.push(value);
  return into;
}

test('everybody gets what is first and all that follows, until they stop', async () => {
  const hub = new Broadcast<string>();
  const controller = new AbortController();
  const [one, two]: string[][] = [[], []];
  const first = collect(
    hub.follow(() => ['state'], controller.signal),
    one ?? [],
  );
  hub.send('missed: the watching begins with the loop');
  await expect.poll(() => one).toContain('state');
  const second = collect(
    hub.follow(() => [], controller.signal),
    two ?? [],
  );
  hub.send('a');
  hub.send('b');
  await expect.poll(() => two).toEqual(['a', 'b']);
  controller.abort();
  expect([await first, await second].map((events) => events.slice(-2))).toEqual([
    ['a', 'b'],
    ['a', 'b'],
  ]);
  hub.send('c');
  expect(two).toEqual(['a', 'b']);
});

test('what is published while the first facts are told is not lost', async () => {
  const hub = new Broadcast<string>();
  const seen: string[] = [];
  for await (const event of hub.follow(() => ['state'])) {
    seen.push(event);
    if (event === 'state') hub.send('change');
    else break;
  }
  expect(seen).toEqual(['state', 'change']);
});
