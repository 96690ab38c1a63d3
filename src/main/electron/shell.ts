/** The desktop as a shell: its dialogs, its browser, its file manager. */
import type { Dialog, FileFilter, Shell } from 'electron';
import type { ShellServices } from '../shellServices.ts';

const FILTERS: Readonly<Record<'documents' | 'models' | 'bundle', FileFilter[]>> = {
  documents: [],
  models: [{ name: 'RWKV-7', extensions: ['gguf', 'st', 'safetensors', 'pth'] }],
  bundle: [{ name: 'Anser', extensions: ['anser'] }],
};

export function electronShell(
  dialog: Pick<Dialog, 'showOpenDialog'>,
  shell: Pick<Shell, 'openExternal' | 'showItemInFolder'>,
): ShellServices {
  return {
    kind: 'electron',
    dialogs: true,
    pickFiles: async (kind) => {
      const { filePaths } = await dialog.showOpenDialog({
        properties: kind === 'bundle' ? ['openFile'] : ['openFile', 'multiSelections'],
        filters: FILTERS[kind],
      });
      return filePaths;
    },
    pickFolder: async () => {
      const { filePaths } = await dialog.showOpenDialog({ properties: ['openDirectory', 'createDirectory'] });
      return filePaths[0] ?? null;
    },
    openLink: (url) => shell.openExternal(url),
    revealInFolder: (path) => shell.showItemInFolder(path),
  };
}
