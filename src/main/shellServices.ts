/** What the services need from the shell that they run in: the desktop's dialogs and its browser. */
export interface ShellServices {
  readonly kind: 'electron' | 'browser';
  /** The system's dialogs can be shown. */
  readonly dialogs: boolean;
  /** Empty when the user took none. */
  pickFiles(kind: 'documents' | 'models' | 'bundle'): Promise<string[]>;
  /** Null when the user took none. */
  pickFolder(): Promise<string | null>;
  /** Opens an address, checked already, outside of the app. */
  openLink(url: string): Promise<void>;
  revealInFolder(path: string): void;
}

const OPENABLE = ['https:', 'http:', 'mailto:'];

/** Whether an address may leave the app: web pages and mail; nothing that runs a program or reads a file. */
export function isOpenable(url: string): boolean {
  return URL.canParse(url) && OPENABLE.includes(new URL(url).protocol);
}
