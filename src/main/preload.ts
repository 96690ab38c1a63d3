/** Runs sandboxed before the page: hands it exactly `MainApi`, never Electron's own objects. */
import { contextBridge } from 'electron';
import type { MainApi } from './api/window.ts';

const api: MainApi = {
  versions: { electron: process.versions.electron, chrome: process.versions.chrome },
};

contextBridge.exposeInMainWorld('anser', api);
