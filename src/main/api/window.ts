/** What the desktop app's preload offers to the page as `window.anser`; a plain browser has none of it. */
export interface WindowApi {
  /** For reports of faults: which program this is. */
  readonly versions: { readonly electron: string; readonly chrome: string };
  /** The path of a file that was dropped or chosen; '' for one that is on no disk. */
  pathForFile(file: unknown): string;
  /** Has a port to the main side posted to the page, in a message that is `PORT_MESSAGE`. */
  requestPort(): void;
}

export const PORT_MESSAGE = 'anser-port';
