/** Which view is shown. It stands in the address, so that a reload and the back button keep it. */
import { createStore, type StoreApi } from 'zustand/vanilla';

export type View =
  | { readonly kind: 'chat' }
  | { readonly kind: 'conversation'; readonly id: string; readonly messageId?: string }
  | { readonly kind: 'documents' }
  | ({ readonly kind: 'document'; readonly id: string } & DocumentPlace)
  | { readonly kind: 'states'; readonly stateId?: string }
  | { readonly kind: 'models' | 'settings' | 'privacy' | 'shortcuts' | 'bin' };

/** What of a document is shown: one of these, or its beginning. */
export interface DocumentPlace {
  readonly section?: number;
  readonly passage?: ShownPassage;
  /** Of the questions about it. */
  readonly messageId?: string;
}

/** A part of a document's text. */
export interface ShownPassage {
  readonly startByte: number;
  readonly endByte: number;
  /** Null where the document has no pages. */
  readonly page: number | null;
  /** What to mark in it. */
  readonly words: readonly string[];
}

export interface NavigationState {
  readonly view: View;
}
export type Navigation = StoreApi<NavigationState> & { go(view: View): void };

const PLAIN = ['chat', 'documents', 'states', 'models', 'settings', 'privacy', 'shortcuts', 'bin'] as const;

/**
 * `#/conversation/ID/MESSAGE`, `#/document/ID/SECTION`, `#/document/ID/message/MESSAGE`,
 * `#/document/ID/START-END-PAGE/WORD/WORD`, `#/states/ID`, `#/KIND`.
 */
export function hashOf(view: View): string {
  switch (view.kind) {
    case 'conversation':
      return `#/conversation/${view.id}${optional(view.messageId)}`;
    case 'document':
      return `#/document/${view.id}${placeHash(view)}`;
    case 'states':
      return `#/states${optional(view.stateId)}`;
    default:
      return `#/${view.kind}`;
  }
}

const optional = (part: string | number | undefined): string => (part === undefined ? '' : `/${part}`);

function placeHash({ section, passage, messageId }: DocumentPlace): string {
  if (messageId !== undefined) return `/message/${messageId}`;
  if (!passage) return optional(section);
  const { startByte, endByte, page, words } = passage;
  return [`/${startByte}-${endByte}-${page ?? ''}`, ...words.map(encodeURIComponent)].join('/');
}

/** The view that an address names; a new chat for anything unknown. */
export function viewOf(hash: string): View {
  const [, kind = '', id = '', rest, ...words] = hash.split('/').map(decodeURIComponent);
  if (kind === 'conversation' && id !== '') return { kind, id, ...(rest !== undefined && { messageId: rest }) };
  if (kind === 'document' && id !== '') return { kind, id, ...(rest !== undefined && placeIn(rest, words)) };
  if (kind === 'states' && id !== '') return { kind, stateId: id };
  const plain = PLAIN.find((name) => name === kind);
  return plain ? { kind: plain } : { kind: 'chat' };
}

function placeIn(rest: string, words: readonly string[]): DocumentPlace {
  const [messageId] = words;
  if (rest === 'message' && messageId !== undefined) return { messageId };
  const [, start, end, page] = /^(\d+)-(\d+)-(\d*)$/u.exec(rest) ?? [];
  if (start === undefined) return { section: Number(rest) };
  return {
    passage: { startByte: Number(start), endByte: Number(end), page: page === '' ? null : Number(page), words },
  };
}

/** @param page the window, or a stand-in for it */
export function createNavigation(page: Pick<Window, 'location' | 'addEventListener'>): Navigation {
  const store = createStore<NavigationState>(() => ({ view: viewOf(page.location.hash) }));
  page.addEventListener('hashchange', () => store.setState({ view: viewOf(page.location.hash) }));
  return Object.assign(store, {
    go: (view: View) => {
      page.location.hash = hashOf(view);
      store.setState({ view });
    },
  });
}
