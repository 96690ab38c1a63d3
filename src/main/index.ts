/** The desktop app's main process: one window with the built page. No work is done here, and no page is trusted. */
import { join } from 'node:path';
import { BrowserWindow, app, protocol, session } from 'electron';
import { readPageFile } from './pageFiles.ts';

const PAGE_FOLDER = join(import.meta.dirname, '..', 'renderer');
const PRELOAD = join(import.meta.dirname, '..', 'preload', 'preload.cjs');
const PAGE_URL = 'app://anser/';

protocol.registerSchemesAsPrivileged([
  { scheme: 'app', privileges: { standard: true, secure: true, supportFetchAPI: true } },
]);

function createWindow(): void {
  const window = new BrowserWindow({
    width: 1100,
    height: 760,
    show: false,
    webPreferences: { preload: PRELOAD, sandbox: true, contextIsolation: true, nodeIntegration: false },
  });
  window.once('ready-to-show', () => window.show());
  void window.loadURL(PAGE_URL);
}

function servePage(): void {
  protocol.handle('app', async ({ url }) => {
    const { status, headers, body } = await readPageFile(PAGE_FOLDER, url);
    return new Response(body, { status, headers });
  });
}

/** A page may neither leave itself, nor open windows, nor be granted anything. */
function distrustPages(): void {
  app.on('web-contents-created', (_event, contents) => {
    contents.on('will-navigate', (event) => event.preventDefault());
    contents.on('will-attach-webview', (event) => event.preventDefault());
    contents.setWindowOpenHandler(() => ({ action: 'deny' }));
  });
  session.defaultSession.setPermissionRequestHandler((_contents, _permission, answer) => answer(false));
  session.defaultSession.setPermissionCheckHandler(() => false);
}

app.on('window-all-closed', () => {
  if (process.platform !== 'darwin') app.quit();
});

// Not `await`: Electron becomes ready only after this module has run to its end.
void app.whenReady().then(() => {
  distrustPages();
  servePage();
  createWindow();
  app.on('activate', () => {
    if (BrowserWindow.getAllWindows().length === 0) createWindow();
  });
});
