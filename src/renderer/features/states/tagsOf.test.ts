import { expect, test } from 'vitest';
import { tagsOf } from './tagsOf.ts';

test.each([
  ['law, harbour', ['law', 'harbour']],
  ['阅读，灯塔、海', ['阅读', '灯塔', '海']],
  [' a ,, a ', ['a']],
  ['', []],
])('%j are %j', (text, tags) => {
  expect(tagsOf(text)).toEqual(tags);
});
