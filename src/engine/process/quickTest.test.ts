/** A model that is computed wrongly is opened once more without what drivers get wrong, then refused. */
import { expect, it } from 'vitest';
import { createFakeAnser, type FakeAnser } from '../../../test/support/fakeAnser.ts';
import { createFakeModel } from '../../../test/support/fakeModel.ts';
import type { OpenOptions } from '../hosts/node.ts';
import { parsePrecision } from '../rwkv7/precision.ts';
import { consistencyTest } from '../selfTest.ts';
import { openTested } from './quickTest.ts';

function setUp() {
  const opened: { anser: FakeAnser; options: OpenOptions }[] = [];
  const open = async (options: OpenOptions): Promise<FakeAnser> => {
    const anser = createFakeAnser();
    opened.push({ anser, options });
    return anser;
  };
  return { opened, open, disposed: () => opened.map(({ anser }) => anser.disposed()) };
}

it.each([
  [[true], [false]],
  [
    [false, true],
    [true, false],
  ],
])('opens what passes: %j', async (results, disposedThen) => {
  const { open, opened, disposed } = setUp();
  const left = [...results];
  const anser = await openTested(open, async () => left.shift() ?? false);
  expect([anser, disposed()]).toEqual([opened.at(-1)?.anser, disposedThen]);
  expect(opened.at(1)?.options ?? { noSubgroups: true }).toMatchObject({ noSubgroups: true });
});

it('refuses a model that fails both times, and leaves nothing open', async () => {
  const { open, disposed } = setUp();
  await expect(openTested(open, async () => false)).rejects.toMatchObject({
    ...{ code: 'self-test-failed', nextStep: expect.stringContaining('another adapter') as string },
  });
  expect(disposed()).toEqual([true, true]);
});

it('leaves nothing open when the test itself fails', async () => {
  const { open, disposed } = setUp();
  await expect(openTested(open, () => Promise.reject(new Error('lost')))).rejects.toThrow('lost');
  expect(disposed()).toEqual([true]);
});

it.each(['f16', 'int8', 'nf4:0,int4'])('finds a decode that does not agree with prefill, %s', async (text) => {
  const precision = parsePrecision(text);
  const sound = createFakeModel({ maxChunk: 32 });
  expect((await consistencyTest(sound, [1, 2, 3], precision)).passed).toBe(true);
  const wrongBy = (change: (logits: Float32Array<ArrayBuffer>) => void) =>
    consistencyTest(
      {
        ...sound,
        decode: async (...args) => {
          const logits = await sound.decode(...args);
          change(logits);
          return logits;
        },
      },
      [1, 2, 3],
      precision,
    );
  expect((await wrongBy((logits) => (logits[7] = 1e3))).passed).toBe(false);
  expect((await wrongBy((logits) => (logits[7] = Number.NaN))).passed).toBe(false);
});
