import { expect, test } from 'vitest';
import { withoutCuts } from './withoutCuts.ts';

test.each([
  ['\uFFFD\uFFFDtext\uFFFD', 'text'],
  ['\n\n  indented\n\n', '  indented'],
  ['a \uFFFD b', 'a \uFFFD b'],
  ['', ''],
])('%j is shown as %j', (text, shown) => {
  expect(withoutCuts(text)).toBe(shown);
});
