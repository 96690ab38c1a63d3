/** What the preload adds to the page; absent in a plain browser. */
import type { MainApi } from '../main/api/window.ts';

declare global {
  interface Window {
    readonly anser?: MainApi;
  }
}
