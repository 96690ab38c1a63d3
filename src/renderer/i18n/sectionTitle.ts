/** Titles of sections as the user reads them: where the document gives none, the engine counts, and counts in English. */
import type { Texts } from './texts.ts';

type Words = Pick<Texts['documents'], 'untitled' | 'sectionNumber' | 'sectionPart'>;

export function shownSectionTitle(title: string, { untitled, sectionNumber, sectionPart }: Words): string {
  const { heading, part } = /^(?<heading>.+), part (?<part>\d+)$/u.exec(title)?.groups ?? {};
  if (heading !== undefined && part !== undefined) return sectionPart(heading, part);
  const number = /^Section (\d+)$/u.exec(title)?.[1];
  if (number !== undefined) return sectionNumber(number);
  return title === '' ? untitled : title;
}
