/** What a search finds of one kind, before the kinds are put together. */
import type { SearchGroup, SearchHit } from '../api/conversations.ts';
import type { Matcher } from './matching.ts';

export type Found = Pick<SearchGroup, 'total' | 'more' | 'hits'>;

/** So many of a kind are weighed against each other, the newest. */
export const MOST_WEIGHED = 300;

export type Row = Readonly<Record<string, unknown>>;

export const textOf = (row: Row, name: string): string => String(row[name]);

export interface Weighing<T> {
  readonly matcher: Matcher;
  readonly limit: number;
  text(candidate: T): string;
  hit(candidate: T): SearchHit;
}

/** The best first; of those that fit as well as each other the one that came first. */
export function bestOf<T>(candidates: readonly T[], { matcher, limit, text, hit }: Weighing<T>): SearchHit[] {
  return candidates
    .map((candidate) => ({ candidate, score: matcher.score(text(candidate)) }))
    .sort((a, b) => b.score - a.score)
    .slice(0, limit)
    .map(({ candidate }) => hit(candidate));
}

/** @param rows one more than are weighed, if there are so many */
export const foundIn = (rows: readonly Row[], weighing: Weighing<Row>): Found => ({
  total: Math.min(rows.length, MOST_WEIGHED),
  more: rows.length > MOST_WEIGHED,
  hits: bestOf(rows.slice(0, MOST_WEIGHED), weighing),
});
