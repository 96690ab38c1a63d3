/** The desktop app's composition root. Everything that is not Electron's own is the same code as in the browser's shell. */
import { join } from 'node:path';
import { app, BrowserWindow, dialog, ipcMain, Menu, MessageChannelMain, protocol, session, shell } from 'electron';
import { serve } from '../engine/api/rpc/serve.ts';
import { dataFolder } from '../engine/hosts/paths.ts';
import { appContract } from './api/contract.ts';
import { createApp, type RunningApp } from './app/createApp.ts';
import { engineProgram } from './electron/engineProgram.ts';
import { menuTemplate } from './electron/menu.ts';
import { distrustPages, registerPageScheme, servePage } from './electron/page.ts';
import { handOutPorts } from './electron/ports.ts';
import { electronShell } from './electron/shell.ts';
import { openPage, windowOptions } from './electron/window.ts';

const PAGE_FOLDER = join(import.meta.dirname, '..', 'renderer');
const PRELOAD = join(import.meta.dirname, '..', 'preload', 'preload.cjs');

const onBug = (error: unknown): void => console.error(error);

function createWindow(): void {
  openPage(new BrowserWindow(windowOptions(PRELOAD)));
}

function showWindow(): void {
  const [window] = BrowserWindow.getAllWindows();
  if (!window) return createWindow();
  if (window.isMinimized()) window.restore();
  window.focus();
}

async function start(): Promise<void> {
  const running = await createApp({
    dataFolder: dataFolder(),
    shell: electronShell(dialog, shell),
    version: app.getVersion(),
    engine: engineProgram(app, process),
    onBug,
  });
  Menu.setApplicationMenu(Menu.buildFromTemplate(menuTemplate(process.platform)));
  distrustPages(app, session.defaultSession);
  servePage(protocol, PAGE_FOLDER, running.handouts);
  handOutPorts(
    ipcMain,
    () => new MessageChannelMain(),
    (port) => serve(appContract, running.api, port, onBug),
  );
  disposeBeforeQuit(running);
  createWindow();
  app.on('activate', showWindow);
  app.on('second-instance', showWindow);
}

/** Holds the end of the program back until what is under way is saved. */
function disposeBeforeQuit(running: RunningApp): void {
  let disposed = false;
  app.on('before-quit', (event) => {
    if (disposed) return;
    event.preventDefault();
    void running.dispose().finally(() => {
      disposed = true;
      app.quit();
    });
  });
}

registerPageScheme(protocol);

// One program a data folder: a second start shows the window of the first.
if (app.requestSingleInstanceLock()) {
  app.on('window-all-closed', () => {
    if (process.platform !== 'darwin') app.quit();
  });
  // Not `await`: Electron becomes ready only after this module has run to its end.
  app
    .whenReady()
    .then(start)
    .catch((error: unknown) => {
      onBug(error);
      dialog.showErrorBox('Anser', error instanceof Error ? error.message : String(error));
      app.exit(1);
    });
} else app.quit();
