/** What the preload adds to the page; absent in a plain browser. */
interface Window {
  readonly anser?: import('../main/api.ts').MainApi;
}
