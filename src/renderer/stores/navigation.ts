/** Which view is shown. It stands in the address, so that a reload and the back button keep it. */
import { createStore, type StoreApi } from 'zustand/vanilla';

export type View =
  | { readonly kind: 'chat' }
  | { readonly kind: 'conversation'; readonly id: string; readonly messageId?: string }
  | { readonly kind: 'documents' }
  | { readonly kind: 'document'; readonly id: string; readonly section?: number }
  | { readonly kind: 'states' | 'models' | 'settings' | 'privacy' | 'shortcuts' | 'bin' };

export interface NavigationState {
  readonly view: View;
}
export type Navigation = StoreApi<NavigationState> & { go(view: View): void };

const PLAIN = ['chat', 'documents', 'states', 'models', 'settings', 'privacy', 'shortcuts', 'bin'] as const;

/** `#/conversation/ID/MESSAGE`, `#/document/ID/SECTION`, `#/KIND`. */
export function hashOf(view: View): string {
  switch (view.kind) {
    case 'conversation':
      return `#/conversation/${view.id}${view.messageId === undefined ? '' : `/${view.messageId}`}`;
    case 'document':
      return `#/document/${view.id}${view.section === undefined ? '' : `/${view.section}`}`;
    default:
      return `#/${view.kind}`;
  }
}

/** The view that an address names; a new chat for anything unknown. */
export function viewOf(hash: string): View {
  const [, kind = '', id = '', rest] = hash.split('/').map(decodeURIComponent);
  if (kind === 'conversation' && id !== '') return { kind, id, ...(rest !== undefined && { messageId: rest }) };
  if (kind === 'document' && id !== '') return { kind, id, ...(rest !== undefined && { section: Number(rest) }) };
  const plain = PLAIN.find((name) => name === kind);
  return plain ? { kind: plain } : { kind: 'chat' };
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
