/** What the two shells do differently for a page: reaching the main side, and giving it the user's files. */
import type { Port } from '../../engine/api/rpc/contract.ts';
import { messagePort, takeElectronPort } from './electronPort.ts';
import { openSocket } from './socketPort.ts';

export interface Shell {
  /** Opens a line to the main side. @throws Error when it cannot be reached */
  openPort(): Promise<Port>;
  /** Where the main side finds the files; in a browser they are sent to it first. */
  pathsOf(files: readonly File[]): Promise<string[]>;
}

/** The shell that this page runs in. */
export const currentShell = (): Shell => (window.anser ? electronShell(window.anser) : browserShell());

function electronShell(api: NonNullable<typeof window.anser>): Shell {
  return {
    openPort: async () => messagePort(await takeElectronPort()),
    pathsOf: async (files) => files.map((file) => api.pathForFile(file)).filter((path) => path !== ''),
  };
}

function browserShell(): Shell {
  return {
    openPort: () => openSocket(new URL('/socket', location.href)),
    pathsOf: async (files) => {
      const paths: string[] = [];
      for (const file of files) paths.push(await upload(file));
      return paths;
    },
  };
}

async function upload(file: File): Promise<string> {
  const response = await fetch(`/upload?name=${encodeURIComponent(file.name)}`, { method: 'POST', body: file });
  if (!response.ok) throw new Error(`${file.name} could not be handed over (${response.status}).`);
  const { path } = (await response.json()) as { path: string };
  return path;
}
