/** What is open around the views: the sidebar and the command palette. */
import { createStore, type StoreApi } from 'zustand/vanilla';

export interface LayoutState {
  readonly sidebar: boolean;
  readonly palette: boolean;
}
export type Layout = StoreApi<LayoutState> & {
  toggleSidebar(): void;
  openPalette(): void;
  closePalette(): void;
};

/** Narrower windows lay the sidebar over the view. In CSS pixels; frame.css has the same. */
export const NARROW_PX = 820;

export function createLayout(width: number): Layout {
  const store = createStore<LayoutState>(() => ({ sidebar: width > NARROW_PX, palette: false }));
  return Object.assign(store, {
    toggleSidebar: () => store.setState(({ sidebar }) => ({ sidebar: !sidebar })),
    openPalette: () => store.setState({ palette: true }),
    closePalette: () => store.setState({ palette: false }),
  });
}
