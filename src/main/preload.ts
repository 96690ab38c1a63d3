/** Runs sandboxed before the page: hands it exactly `WindowApi` and ports to the main side, never Electron's own objects. */
import { contextBridge, ipcRenderer, webUtils } from 'electron';
import { PORT_MESSAGE, type WindowApi } from './api/window.ts';

const api: WindowApi = {
  versions: { electron: process.versions.electron, chrome: process.versions.chrome },
  pathForFile: (file) => webUtils.getPathForFile(file as File),
  requestPort: () => ipcRenderer.send(PORT_MESSAGE),
};

/** The page's window; this file is compiled with Node's types. */
const page = globalThis as unknown as { postMessage(message: string, target: string, ports: unknown[]): void };

// A port cannot cross the context bridge; it can be posted to the page.
ipcRenderer.on(PORT_MESSAGE, (event) => {
  page.postMessage(PORT_MESSAGE, '*', (event as { readonly ports: unknown[] }).ports);
});

contextBridge.exposeInMainWorld('anser', api);
