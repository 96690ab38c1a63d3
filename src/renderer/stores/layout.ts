/** What is open around the views: the sidebar and the command palette. */
import { createStore, type StoreApi } from 'zustand/vanilla';

export interface LayoutState {
  readonly sidebar: boolean;
  readonly palette: boolean;
  /** The folder that the sidebar has to show next. */
  readonly folderToShow: string | undefined;
}
export type Layout = StoreApi<LayoutState> & {
  toggleSidebar(): void;
  openPalette(): void;
  closePalette(): void;
  showFolder(id: string): void;
  folderShown(): void;
};

/** Narrower windows lay the sidebar over the view. In CSS pixels; frame.css has the same. */
export const NARROW_PX = 820;

export function createLayout(width: number): Layout {
  const store = createStore<LayoutState>(() => ({
    sidebar: width > NARROW_PX,
    palette: false,
    folderToShow: undefined,
  }));
  return Object.assign(store, {
    toggleSidebar: () => store.setState(({ sidebar }) => ({ sidebar: !sidebar })),
    openPalette: () => store.setState({ palette: true }),
    closePalette: () => store.setState({ palette: false }),
    showFolder: (id: string) => store.setState({ sidebar: true, folderToShow: id }),
    folderShown: () => store.setState({ folderToShow: undefined }),
  });
}
