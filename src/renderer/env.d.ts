/** What the preload adds to the page; absent in a plain browser. */
import type { MainApi } from '../main/api.ts';

declare global {
  interface Window {
    readonly anser?: MainApi;
  }
}
