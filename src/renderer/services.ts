/** What every view may use, made once in `main.tsx` and handed down by React's context. */
import { createContext, useContext } from 'react';
import { useStore } from 'zustand/react';
import type { AppApi } from '../main/api/contract.ts';
import type { Shell } from './connection/shell.ts';
import type { AppState, AppStore } from './stores/appStore.ts';
import type { Conversations } from './stores/conversations.ts';
import type { Documents } from './stores/documents.ts';
import type { Imports } from './stores/imports.ts';
import type { Layout, LayoutState } from './stores/layout.ts';
import type { Library, LibraryState } from './stores/library.ts';
import type { Lists } from './stores/lists.ts';
import type { Navigation, View } from './stores/navigation.ts';
import type { NewChat } from './stores/newChat.ts';
import type { StateSaving } from './stores/stateSaving.ts';
import type { Toasts } from './stores/toasts.ts';

export interface Services {
  readonly app: AppApi;
  readonly shell: Shell;
  readonly store: AppStore;
  readonly library: Library;
  readonly navigation: Navigation;
  readonly toasts: Toasts;
  readonly layout: Layout;
  readonly imports: Imports;
  readonly conversations: Conversations;
  readonly documents: Documents;
  readonly lists: Lists;
  readonly newChat: NewChat;
  readonly stateSaving: StateSaving;
}

export const ServicesContext = createContext<Services | undefined>(undefined);

export function useServices(): Services {
  const services = useContext(ServicesContext);
  if (!services) throw new Error('Internal error: a component is used outside of ServicesContext.');
  return services;
}

export const useAppState = <T>(select: (state: AppState) => T): T => useStore(useServices().store, select);
export const useLibrary = <T>(select: (state: LibraryState) => T): T => useStore(useServices().library, select);
export const useLayout = <T>(select: (state: LayoutState) => T): T => useStore(useServices().layout, select);
export const useView = (): View => useStore(useServices().navigation, ({ view }) => view);
