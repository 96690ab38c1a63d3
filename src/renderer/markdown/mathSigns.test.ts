import { expect, test } from 'vitest';
import { withMathSigns } from './mathSigns.ts';

test.each([
  ['an $x$ and $2x + 1$', 'an $x$ and $2x + 1$'],
  ['from $5 to $6', 'from \\$5 to \\$6'],
  ['it costs $5', 'it costs \\$5'],
  ['already \\$5', 'already \\$5'],
  ['\\(a^2\\) and \\[b\\]', '$a^2$ and $$b$$'],
  ['\\[\na\n\\]', '$$\na\n$$'],
  ['$$\na\n$$', '$$\na\n$$'],
  ['`\\(a\\) $5`', '`\\(a\\) $5`'],
  ['```\n\\(a\\) $5\n```\n$5', '```\n\\(a\\) $5\n```\n\\$5'],
  ['```\nopen $5', '```\nopen $5'],
])('%j', (text, written) => {
  expect(withMathSigns(text)).toBe(written);
});
