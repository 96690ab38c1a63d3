/** What the preload adds to the page; absent in a plain browser. */
import type { WindowApi } from '../main/api/window.ts';

declare global {
  interface Window {
    readonly anser?: WindowApi;
  }
}
