import { expect, it } from 'vitest';
import { en } from './en/index.ts';
import { shownSectionTitle } from './sectionTitle.ts';
import { zh } from './zh/index.ts';

it.each([
  ['January', 'January', 'January'],
  ['一月, part 2', '一月, part 2', '一月，第 2 部分'],
  ['Section 3', 'Section 3', '第 3 节'],
  ['', en.documents.untitled, zh.documents.untitled],
])('%s', (title, english, chinese) => {
  expect(shownSectionTitle(title, en.documents)).toBe(english);
  expect(shownSectionTitle(title, zh.documents)).toBe(chinese);
});
