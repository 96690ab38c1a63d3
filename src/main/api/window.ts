/** What the preload offers to the window as `window.anser`: the only way from the page to the computer. Types only. */
export interface MainApi {
  /** For reports of faults: which program this is. */
  readonly versions: { readonly electron: string; readonly chrome: string };
}
