/** Both ends over a real message channel of Node. */
import { MessageChannel, type MessagePort } from 'node:worker_threads';
import { number, object, string } from 'valibot';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { EngineError } from '../errors.ts';
import { connect } from './connect.ts';
import { call, stream, type Api, type Port } from './contract.ts';
import { serve } from './serve.ts';

const contract = {
  double: call(object({ value: number() }), number()),
  fail: call(object({ how: string() }), number()),
  count: stream(object({ to: number() }), number()),
  forever: stream(object({}), number()),
  lie: call(object({}), number()),
};

function portOf(port: MessagePort): Port {
  return {
    post: (message) => port.postMessage(message),
    onMessage: (listener) => void port.on('message', listener),
    onClose: (listener) => void port.on('close', listener),
  };
}

async function collect<T>(values: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const value of values) all.push(value);
  return all;
}

let channel: MessageChannel;
let api: Api<typeof contract>;
let bugs: unknown[];
let foreverStopped: Promise<void>;

beforeEach(() => {
  channel = new MessageChannel();
  bugs = [];
  let stopped: () => void;
  foreverStopped = new Promise((resolve) => (stopped = resolve));
  serve(
    contract,
    {
      double: async ({ value }) => 2 * value,
      fail: async ({ how }) => {
        if (how === 'coded') throw new EngineError('out-of-memory', 'Too big.', { nextStep: 'Take a smaller one.' });
        throw new TypeError('a slip');
      },
      count: async function* ({ to }) {
        for (let i = 0; i < to; i++) yield i;
      },
      forever: async function* (_, signal) {
        try {
          for (let i = 0; ; i++) {
            signal?.throwIfAborted();
            yield i;
            await new Promise((resolve) => setTimeout(resolve, 1));
          }
        } finally {
          stopped();
        }
      },
      lie: async () => 'no number' as unknown as number,
    },
    portOf(channel.port1),
    (error) => bugs.push(error),
  );
  api = connect(contract, portOf(channel.port2));
});
afterEach(() => channel.port1.close());

test('calls and streams, several at once', async () => {
  const [a, b, numbers] = await Promise.all([
    api.double({ value: 4 }),
    api.double({ value: 5 }),
    collect(api.count({ to: 3 })),
  ]);
  expect([a, b, numbers]).toEqual([8, 10, [0, 1, 2]]);
});

test('an error keeps its code and its next step', async () => {
  await expect(api.fail({ how: 'coded' })).rejects.toMatchObject({
    ...{ name: 'RemoteError', code: 'out-of-memory', message: 'Too big.', nextStep: 'Take a smaller one.' },
  });
  expect(bugs).toEqual([]);
});

test('a bug is told on both sides', async () => {
  await expect(api.fail({ how: 'bug' })).rejects.toMatchObject({ code: 'internal' });
  expect(bugs).toHaveLength(1);
});

test('a signal cancels a stream, with its own reason', async () => {
  const controller = new AbortController();
  const seen: number[] = [];
  const reading = (async () => {
    for await (const value of api.forever({}, controller.signal))
      if (seen.push(value) === 3) controller.abort('enough');
  })();
  await expect(reading).rejects.toBe('enough');
  await foreverStopped;
});

test('leaving the loop cancels, too', async () => {
  for await (const value of api.forever({})) if (value === 2) break;
  await foreverStopped;
});

test('wrong parameters never reach the method', async () => {
  await expect(api.double({ value: 'four' } as unknown as { value: number })).rejects.toMatchObject({
    code: 'invalid-argument',
  });
  const raw = connect({ ...contract, toString: call(object({}), string()) }, portOf(channel.port2));
  await expect(raw.toString({})).rejects.toMatchObject({ code: 'invalid-argument' });
});

test('a wrong answer is not passed on', async () => {
  await expect(api.lie({})).rejects.toMatchObject({ code: 'internal' });
});

test('a closed port fails what is under way and what comes later, and stops the other side', async () => {
  const reading = (async () => {
    for await (const _ of api.forever({})) channel.port2.close();
  })();
  await expect(reading).rejects.toMatchObject({ code: 'connection-lost' });
  await foreverStopped;
  await expect(api.double({ value: 1 })).rejects.toMatchObject({ code: 'connection-lost' });
});
