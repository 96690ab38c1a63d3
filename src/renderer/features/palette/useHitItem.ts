/** What was found, as lines of the palette, each with the way to it. */
import type { SearchHit, SearchKind } from '../../../main/api/conversations.ts';
import { useFormat } from '../../i18n/format.ts';
import { useTexts } from '../../i18n/texts.ts';
import { useServices } from '../../services.ts';
import type { View } from '../../stores/navigation.ts';
import type { IconName } from '../../ui/icons.tsx';
import type { PaletteItem } from './paletteItem.ts';

const ICONS: Readonly<Record<SearchKind, IconName>> = {
  title: 'chat',
  message: 'chat',
  document: 'document',
  text: 'document',
  summary: 'document',
  question: 'document',
  state: 'bookmark',
  folder: 'folder',
};

export function useHitItem(): (hit: SearchHit) => PaletteItem {
  const { navigation, layout } = useServices();
  const { palette, frame } = useTexts();
  const format = useFormat();
  return (hit) => ({
    id: idOf(hit),
    icon: ICONS[hit.kind],
    title: hit.title === '' ? frame.untitled : hit.title,
    snippet: hit.snippet,
    place: hit.kind === 'text' ? placeOf(hit, (page) => palette.page(format.count(page))) : undefined,
    run: () => {
      if (hit.kind === 'folder') layout.showFolder(hit.folderId);
      else navigation.go(viewOfHit(hit));
    },
  });
}

function idOf({ title: _, snippet: __, ...where }: SearchHit): string {
  return Object.values(where).join(' ');
}

type TextHit = Extract<SearchHit, { kind: 'text' }>;

function placeOf({ page, heading }: TextHit, pageWords: (page: number) => string): string | undefined {
  return page === null ? (heading ?? undefined) : pageWords(page);
}

/** Questions about a document are shown with it. */
function viewOfHit(hit: Exclude<SearchHit, { kind: 'folder' }>): View {
  switch (hit.kind) {
    case 'title':
      return { kind: 'conversation', id: hit.conversationId };
    case 'message':
      return { kind: 'conversation', id: hit.conversationId, messageId: hit.messageId };
    case 'document':
      return { kind: 'document', id: hit.documentId };
    case 'question':
      return { kind: 'document', id: hit.documentId, messageId: hit.messageId };
    case 'text': {
      const { documentId: id, startByte, endByte, page } = hit;
      return { kind: 'document', id, passage: { startByte, endByte, page, words: wordsIn(hit) } };
    }
    case 'summary':
      return { kind: 'document', id: hit.documentId, ...(hit.section !== null && { section: hit.section }) };
    case 'state':
      return { kind: 'states', stateId: hit.stateId };
  }
}

const wordsIn = ({ snippet }: TextHit): string[] => [
  ...new Set(snippet.flatMap(({ text, match }) => (match ? [text.toLowerCase()] : []))),
];
