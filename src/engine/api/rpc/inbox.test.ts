import { expect, test } from 'vitest';
import { Inbox } from './inbox.ts';

test('what arrives while an earlier value is being looked at comes before the end', async () => {
  const inbox = new Inbox<number>();
  inbox.push(1);
  const taken: number[] = [];
  for await (const value of inbox.values()) {
    taken.push(value);
    if (value !== 1) continue;
    inbox.push(2);
    inbox.end();
  }
  expect(taken).toEqual([1, 2]);
});

test('what arrives while an earlier value is being looked at does not wait for the next to arrive', async () => {
  const inbox = new Inbox<number>();
  inbox.push(1);
  for await (const value of inbox.values()) {
    if (value === 2) break;
    inbox.push(2);
  }
  inbox.fail(new Error('late'));
  await expect(inbox.values().next()).rejects.toThrow('late');
});
