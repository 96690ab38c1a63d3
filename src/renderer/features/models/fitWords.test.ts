import { expect, test } from 'vitest';
import { models as en } from '../../i18n/en/models.ts';
import { models as zh } from '../../i18n/zh/models.ts';
import { fitWords } from './fitWords.ts';

test.each([
  ['fits', 8, 'fits', '放得下'],
  ['too-big', 8, 'too big', '放不下'],
  ['unknown', 8, 'for 8 GB or more', '适合 8 GB 及以上'],
  ['unknown', null, 'not known', '未知'],
] as const)('%s, advised %s: %s', (fit, advisedGibibytes, inEnglish, inChinese) => {
  const given = { precision: 'source', fit, advisedGibibytes } as const;
  expect([fitWords(given, en), fitWords(given, zh)]).toEqual([inEnglish, inChinese]);
});
