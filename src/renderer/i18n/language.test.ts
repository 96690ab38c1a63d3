import { expect, test } from 'vitest';
import { preferredLanguage } from './language.ts';

test.each([
  [['zh-CN', 'en'], 'zh'],
  [['en-GB', 'zh'], 'en'],
  [['de', 'ZH-Hant-TW'], 'zh'],
  [['de', 'fr'], 'en'],
  [[], 'en'],
])('%j speaks %s', (wanted, language) => {
  expect(preferredLanguage(wanted)).toBe(language);
});
