import { expect, test } from 'vitest';
import { splitBlocks } from './blocks.ts';

test.each<[string, string[]]>([
  ['', []],
  ['one', ['one']],
  ['one\n\ntwo\nthree', ['one\n\n', 'two\nthree']],
  ['one\n\n\n\n', ['one\n\n\n\n']],
  ['- a\n\n- b\n\n  more of b\n\nend', ['- a\n\n- b\n\n  more of b\n\n', 'end']],
  ['1. a\n\n2. b', ['1. a\n\n2. b']],
  ['> a\n\n> b', ['> a\n\n> b']],
  ['```ts\na\n\nb\n```\n\nend', ['```ts\na\n\nb\n```\n\n', 'end']],
  ['````\n```\n\na\n````\n\nend', ['````\n```\n\na\n````\n\n', 'end']],
  ['```\na\n\nstill code', ['```\na\n\nstill code']],
  ['$$\na\n\nb\n$$\n\nend', ['$$\na\n\nb\n$$\n\n', 'end']],
  ['$$a$$\n\nend', ['$$a$$\n\n', 'end']],
  ['# a\n\n---\n\nb', ['# a\n\n', '---\n\n', 'b']],
])('%j', (text, blocks) => {
  expect(splitBlocks(text)).toEqual(blocks);
});

test('finished blocks stay the same, however the text goes on', () => {
  const text = 'One.\n\n- a\n\n- b\n\n```\nx\n\ny\n```\n\nTwo.\n\n$$\nz\n\n$$\n\n| a |\n|---|\n| b |\n\nThree.';
  const whole = splitBlocks(text);
  for (let length = 1; length < text.length; length++) {
    const part = splitBlocks(text.slice(0, length)).slice(0, -1);
    // The last finished one may still take up what looked like the beginning of another.
    expect(part.slice(0, -1)).toEqual(whole.slice(0, Math.max(0, part.length - 1)));
  }
});
