/** What a search finds, without the groups around it. */
import type { DatabaseSync } from 'node:sqlite';
import type { SearchHit } from '../../src/main/api/conversations.ts';
import { search } from '../../src/main/search/search.ts';
import type { TextSource } from '../../src/main/search/textHits.ts';

const NO_TEXTS: TextSource = {
  candidates: () => [],
  read: () => [],
  placeOf: () => ({ page: null, heading: null }),
};

export const found = (db: DatabaseSync, query: string, texts: TextSource = NO_TEXTS, limit = 50): SearchHit[] =>
  search({ db, texts }, { query, limit }).flatMap(({ hits }) => hits);
