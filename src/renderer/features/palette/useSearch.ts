/** Asks the main side for what was typed, once the typing rests. */
import { useEffect, useState } from 'react';
import type { SearchHit } from '../../../main/api/conversations.ts';
import { useServices } from '../../services.ts';

const REST_MS = 120;
const LIMIT = 30;

export function useSearch(query: string): { hits: readonly SearchHit[]; searching: boolean } {
  const { app } = useServices();
  const [found, setFound] = useState<{ query: string; hits: readonly SearchHit[] }>({ query: '', hits: [] });
  useEffect(() => {
    if (query === '') return;
    const abort = new AbortController();
    const ask = async (): Promise<void> => {
      // A search that fails finds nothing; the commands stay.
      const hits = await app.search({ query, limit: LIMIT }, abort.signal).catch(() => []);
      if (!abort.signal.aborted) setFound({ query, hits });
    };
    const timer = setTimeout(() => void ask(), REST_MS);
    return () => {
      clearTimeout(timer);
      abort.abort();
    };
  }, [app, query]);
  // What was found before stays until the new answer is there: no flicker while typing.
  return { hits: query === '' ? [] : found.hits, searching: query !== '' && found.query !== query };
}
