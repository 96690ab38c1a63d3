import { describe, expect, it } from 'vitest';
import { atxTitle, paragraphTitle } from './headings.ts';

describe('atxTitle', () => {
  it.each([
    ['# The Harbour', 'The Harbour'],
    ['### 2.1 **Lamps** ###', '2.1 Lamps'],
    ['   ## Indented', 'Indented'],
  ])('reads %j', (line, title) => expect(atxTitle(line)).toBe(title));

  it.each(['#', '#hashtag', '    # code', 'C# is a language', '####### seven'])('refuses %j', (line) =>
    expect(atxTitle(line)).toBeUndefined(),
  );
});

describe('paragraphTitle', () => {
  it.each([
    ['Chapter 4', 'Chapter 4'],
    ['CHAPTER IV', 'CHAPTER IV'],
    ['CHAPTER IV.', 'CHAPTER IV.'],
    ['Chapter 4: The Storm', 'Chapter 4: The Storm'],
    ['CHAPTER IV. The Storm', 'CHAPTER IV. The Storm'],
    ['CHAPTER I\nDown the Hill', 'CHAPTER I Down the Hill'],
    ['Part Two — Rain', 'Part Two — Rain'],
    ['PART THE SECOND', 'PART THE SECOND'],
    ['Appendix B', 'Appendix B'],
    ['Preface', 'Preface'],
    ['1. Introduction', '1. Introduction'],
    ['2.3 Method', '2.3 Method'],
    ['IV. The House', 'IV. The House'],
    ['The Harbour\n===========', 'The Harbour'],
    ['The Lamp\n---', 'The Lamp'],
    ['第四章 暴风雨', '第四章 暴风雨'],
  ])('takes %j for a heading', (paragraph, title) => expect(paragraphTitle(paragraph)).toBe(title));

  it.each([
    'Chapter 4 describes the storm.',
    'Chapter 4 of the book was lost',
    'Part of the roof fell in',
    'A lamp needs oil.',
    '1. Fill the lamp.',
    '12 men came ashore',
    'I. was the first to see it',
    'Section managers met',
    '第四章讲的是暴风雨。',
    'Chapter 4\nwas long, and this sentence goes on.',
    `Chapter 4: ${'long '.repeat(30)}`,
    'one\ntwo\nthree',
    '',
  ])('takes %j for text', (paragraph) => expect(paragraphTitle(paragraph)).toBeUndefined());
});
