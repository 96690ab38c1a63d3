import { expect, test } from 'vitest';
import { markedParts } from './markedParts.ts';

const shown = (text: string, ...words: string[]): string =>
  markedParts(text, words)
    .map((part) => (part.match ? `[${part.text}]` : part.text))
    .join('');

test.each([
  ['A Light, a light', ['light'], 'A [Light], a [light]'],
  ['the old\nkeeper', ['old keeper'], 'the [old\nkeeper]'],
  ['我们在灯\n塔里', ['灯塔'], '我们在[灯\n塔]里'],
  ['1 + (2) \\n [x]', ['+ (2)', '\\n', '[x]'], '1 [+ (2)] [\\n] [[x]]'],
  ['<b>bold</b>', ['<b>'], '[<b>]bold</b>'],
  ['cafe\u0301', ['café'], '[café]'],
  ['nothing', [], 'nothing'],
  ['nothing', [''], 'nothing'],
])('in %j the words %j are marked', (text, words, marked) => {
  expect(shown(text, ...words)).toBe(marked);
});
