/** What the palette offers for a query: recent chats before anything is typed, then commands and what the search finds. */
import type { ConversationSummary, SearchHit } from '../../../main/api/conversations.ts';
import { useTexts } from '../../i18n/texts.ts';
import { useLibrary, useServices } from '../../services.ts';
import type { View } from '../../stores/navigation.ts';
import type { PaletteItem } from './paletteItem.ts';
import { useCommands } from './useCommands.ts';
import { useSearch } from './useSearch.ts';

export interface PaletteGroup {
  readonly title: string;
  readonly items: readonly PaletteItem[];
}

const RECENT = 6;

export function usePaletteItems(query: string): { groups: readonly PaletteGroup[]; searching: boolean } {
  const { palette } = useTexts();
  const recent = useRecent();
  const commands = useCommands();
  const toItem = useHitItem();
  const { hits, searching } = useSearch(query);
  const wanted = query.toLocaleLowerCase();
  const fitting = commands.filter(({ title }) => title.toLocaleLowerCase().includes(wanted));
  const groups: PaletteGroup[] = [
    { title: palette.recent, items: query === '' ? recent : [] },
    { title: palette.results, items: query === '' ? [] : hits.map(toItem) },
    { title: palette.commands, items: fitting },
  ];
  return { groups: groups.filter(({ items }) => items.length > 0), searching };
}

function useRecent(): readonly PaletteItem[] {
  const { navigation } = useServices();
  const { frame } = useTexts();
  const conversations = useLibrary((state) => state.conversations) ?? [];
  return conversations
    .filter(({ documentId }) => documentId === null)
    .toSorted((a, b) => b.updatedAt.localeCompare(a.updatedAt))
    .slice(0, RECENT)
    .map(({ id, title }) => ({
      ...{ id: `recent-${id}`, icon: 'chat', title: title === '' ? frame.untitled : title },
      run: () => navigation.go({ kind: 'conversation', id }),
    }));
}

function useHitItem(): (hit: SearchHit, place: number) => PaletteItem {
  const { navigation, library } = useServices();
  const { palette, frame } = useTexts();
  return (hit, place) => ({
    id: `hit-${place}`,
    icon: hit.kind === 'title' || hit.kind === 'message' ? 'chat' : 'document',
    title: hit.title === '' ? frame.untitled : hit.title,
    snippet: hit.snippet,
    kind: palette.kinds[hit.kind],
    run: () => navigation.go(viewOfHit(hit, library.getState().conversations ?? [])),
  });
}

/** Questions about a document are shown with it. */
function viewOfHit(hit: SearchHit, conversations: readonly ConversationSummary[]): View {
  switch (hit.kind) {
    case 'title':
      return { kind: 'conversation', id: hit.conversationId };
    case 'message': {
      const documentId = conversations.find(({ id }) => id === hit.conversationId)?.documentId ?? null;
      if (documentId !== null) return { kind: 'document', id: documentId };
      return { kind: 'conversation', id: hit.conversationId, messageId: hit.messageId };
    }
    case 'document':
      return { kind: 'document', id: hit.documentId };
    case 'summary':
      return { kind: 'document', id: hit.documentId, ...(hit.section !== null && { section: hit.section }) };
  }
}
