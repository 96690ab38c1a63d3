/** Finds what was said, read, summarised and named. */
import type { DatabaseSync } from 'node:sqlite';
import { searchKind, type SearchGroup, type SearchKind } from '../api/conversations.ts';
import { matcherOf } from './matching.ts';
import { termsOf } from './snippet.ts';
import { tableHits } from './tableHits.ts';
import { textHits, type TextSource } from './textHits.ts';

export interface SearchParts {
  readonly db: DatabaseSync;
  readonly texts: TextSource;
}

export interface SearchRequest {
  readonly query: string;
  /** Of each kind. */
  readonly limit: number;
  readonly kind?: SearchKind | undefined;
}

/** What holds all words of the query, by kinds, the best of each first. */
export function search({ db, texts }: SearchParts, { query, limit, kind: only }: SearchRequest): SearchGroup[] {
  const terms = termsOf(query);
  if (terms.length === 0) return [];
  const request = { terms, limit, matcher: matcherOf(terms) };
  const kinds = only === undefined ? searchKind.options : [only];
  return kinds
    .map((kind) => ({ kind, ...(kind === 'text' ? textHits(db, texts, request) : tableHits(db, kind, request)) }))
    .filter(({ total }) => total > 0);
}
