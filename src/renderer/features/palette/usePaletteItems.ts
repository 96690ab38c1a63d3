/** What the palette offers for a query: recent chats before anything is typed, then commands and what the search finds. */
import type { SearchGroup, SearchKind } from '../../../main/api/conversations.ts';
import { useFormat } from '../../i18n/format.ts';
import { useTexts } from '../../i18n/texts.ts';
import { useLibrary, useServices } from '../../services.ts';
import type { PaletteItem } from './paletteItem.ts';
import { useCommands } from './useCommands.ts';
import { useHitItem } from './useHitItem.ts';
import { useSearch } from './useSearch.ts';

export interface PaletteGroup {
  readonly title: string;
  readonly items: readonly PaletteItem[];
}

export interface PaletteItems {
  readonly groups: readonly PaletteGroup[];
  /** How many there are, also beyond those that are shown. */
  readonly total: string;
  readonly searching: boolean;
}

const RECENT = 6;

/**
 * @param kind the only one to show, undefined for all
 * @param onKind asks for more of a kind
 */
export function usePaletteItems(
  query: string,
  kind: SearchKind | undefined,
  onKind: (kind: SearchKind) => void,
): PaletteItems {
  const { palette } = useTexts();
  const format = useFormat();
  const recent = useRecent();
  const commands = useCommands();
  const toItem = useHitItem();
  const { groups: found, searching } = useSearch(query, kind);
  const wanted = query.toLocaleLowerCase();
  const fitting = kind === undefined ? commands.filter(({ title }) => title.toLocaleLowerCase().includes(wanted)) : [];
  const counted = ({ total, more }: Pick<SearchGroup, 'total' | 'more'>): string =>
    more ? palette.orMore(format.count(total)) : format.count(total);
  const groupOf = (group: SearchGroup): PaletteGroup => {
    const name = palette.kinds[group.kind];
    const rest: PaletteItem = {
      ...{ id: `more-${group.kind}`, icon: 'down', title: palette.showMore(name), staysOpen: true },
      run: () => onKind(group.kind),
    };
    const isCut = kind === undefined && group.hits.length < group.total;
    return {
      title: palette.group(name, counted(group)),
      items: [...group.hits.map(toItem), ...(isCut ? [rest] : [])],
    };
  };
  const groups: PaletteGroup[] = [
    { title: palette.recent, items: query === '' ? recent : [] },
    ...found.map(groupOf),
    { title: palette.commands, items: fitting },
  ];
  const sum = found.reduce((total, group) => total + group.total, fitting.length);
  return {
    groups: groups.filter(({ items }) => items.length > 0),
    total: counted({ total: sum, more: found.some(({ more }) => more) }),
    searching,
  };
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
