/** The app's window. */
import type { BrowserWindow, BrowserWindowConstructorOptions } from 'electron';
import { PAGE_URL } from './page.ts';

/** The options that keep a page in its sandbox. */
export const windowOptions = (preload: string): BrowserWindowConstructorOptions => ({
  width: 1200,
  height: 820,
  minWidth: 480,
  minHeight: 400,
  show: false,
  backgroundColor: '#fdfcf9',
  webPreferences: {
    preload,
    sandbox: true,
    contextIsolation: true,
    nodeIntegration: false,
    webviewTag: false,
    spellcheck: false,
  },
});

/** A page that crashed this soon after it was loaded would crash again. */
const CRASH_LOOP_MS = 10_000;

/** Loads the page, shows the window when it is there, and loads it again should its process die. */
export function openPage(window: BrowserWindow): void {
  let loadedAt = Date.now();
  window.once('ready-to-show', () => window.show());
  window.webContents.on('render-process-gone', () => {
    if (Date.now() - loadedAt < CRASH_LOOP_MS) return;
    loadedAt = Date.now();
    window.webContents.reload();
  });
  void window.loadURL(PAGE_URL);
}
