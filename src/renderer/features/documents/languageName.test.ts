import { expect, test } from 'vitest';
import { languageName } from './languageName.ts';

test.each([
  ['eng', 'en', 'English'],
  ['de', 'zh', '德语'],
  ['no code!', 'en', 'no code!'],
])('%s in %s is %s', (code, locale, name) => {
  expect(languageName(code, locale)).toBe(name);
});
