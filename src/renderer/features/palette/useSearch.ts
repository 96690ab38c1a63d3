/** Asks the main side for what was typed, once the typing rests. */
import { useEffect, useState } from 'react';
import type { SearchGroup, SearchKind } from '../../../main/api/conversations.ts';
import { useServices } from '../../services.ts';

const REST_MS = 120;
/** Hits of each kind. */
const LIMIT = 5;
/** Hits of a kind that is shown alone. */
const LIMIT_ALONE = 100;

interface Searched {
  readonly query: string;
  readonly kind: SearchKind | undefined;
  readonly groups: readonly SearchGroup[];
}

/** @param kind the only one to look for; undefined for all */
export function useSearch(
  query: string,
  kind: SearchKind | undefined,
): { groups: readonly SearchGroup[]; searching: boolean } {
  const { app } = useServices();
  const [found, setFound] = useState<Searched>({ query: '', kind: undefined, groups: [] });
  useEffect(() => {
    if (query === '') return;
    const abort = new AbortController();
    const ask = async (): Promise<void> => {
      const request = { query, limit: kind === undefined ? LIMIT : LIMIT_ALONE, kind };
      // A search that fails finds nothing; the commands stay.
      const groups = await app.search(request, abort.signal).catch(() => []);
      if (!abort.signal.aborted) setFound({ query, kind, groups });
    };
    const timer = setTimeout(() => void ask(), REST_MS);
    return () => {
      clearTimeout(timer);
      abort.abort();
    };
  }, [app, query, kind]);
  // What was found before stays until the new answer is there: no flicker while typing.
  const searching = query !== '' && (found.query !== query || found.kind !== kind);
  return { groups: query === '' ? [] : found.groups, searching };
}
