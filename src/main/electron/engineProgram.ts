/** Which program runs the engine: a plain Node that ships with the app, as Electron's own cannot read a GPU's results. */
import { join } from 'node:path';

export interface EngineProgram {
  readonly nodePath: string;
  readonly entry: string;
}

/**
 * Packaged, both lie beside the app's archive, which a plain Node cannot read. In development the start script names the
 * Node, and the engine runs from its source.
 */
export function engineProgram(
  app: { readonly isPackaged: boolean; getAppPath(): string },
  host: Pick<NodeJS.Process, 'platform' | 'env'> & { readonly resourcesPath?: string },
): EngineProgram {
  if (app.isPackaged) {
    const resources = host.resourcesPath ?? '';
    const node = host.platform === 'win32' ? 'node.exe' : 'node';
    return { nodePath: join(resources, 'node', node), entry: join(resources, 'engine', 'engine.mjs') };
  }
  const nodePath = host.env['ANSER_NODE'];
  if (nodePath === undefined || nodePath === '') throw new Error('Start the app with "npm start".');
  return { nodePath, entry: join(app.getAppPath(), 'src', 'engine', 'process', 'entry.ts') };
}
