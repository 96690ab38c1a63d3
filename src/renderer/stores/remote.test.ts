import { expect, test } from 'vitest';
import { createRemote } from './remote.ts';

test('keeps what it had when asking again fails', async () => {
  let fails = false;
  const remote = createRemote(async () => {
    if (fails) throw new Error('no line');
    return 1;
  });
  await remote.refresh();
  fails = true;
  await remote.refresh();
  expect(remote.getState()).toMatchObject({ value: 1, error: { message: 'no line' } });
  fails = false;
  await remote.refresh();
  expect(remote.getState()).toEqual({ value: 1, error: undefined });
});

test('an answer that comes late does not replace a newer one', async () => {
  const answers: ((value: number) => void)[] = [];
  const remote = createRemote(() => new Promise<number>((resolve) => answers.push(resolve)));
  const first = remote.refresh();
  const second = remote.refresh();
  answers[1]?.(2);
  await second;
  answers[0]?.(1);
  await first;
  expect(remote.getState().value).toBe(2);
});

test('is renewed only after a view has asked', async () => {
  let calls = 0;
  const remote = createRemote(async () => ++calls);
  remote.renew();
  expect(calls).toBe(0);
  await remote.refresh();
  remote.renew();
  await expect.poll(() => remote.getState().value).toBe(2);
});
