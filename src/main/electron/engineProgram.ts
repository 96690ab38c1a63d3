/** Which program runs the engine: a plain Node that ships with the app, as Electron's own cannot read a GPU's results. */
import { join } from 'node:path';
import type { EngineFiles } from '../app/engineFiles.ts';
import { engineResources, sourceEngine } from '../sourceEngine.ts';

/**
 * Packaged, both lie beside the app's archive, which a plain Node cannot read. In development the start script names the
 * Node, and the engine runs from its source.
 */
export function engineProgram(
  app: { readonly isPackaged: boolean; getAppPath(): string },
  host: Pick<NodeJS.Process, 'platform' | 'env'> & { readonly resourcesPath?: string },
): EngineFiles {
  if (app.isPackaged) {
    const resources = host.resourcesPath ?? '';
    const node = host.platform === 'win32' ? 'node.exe' : 'node';
    const engine = join(resources, 'engine');
    return {
      nodePath: join(resources, 'node', node),
      entry: join(engine, 'engine.mjs'),
      ...engineResources(engine),
    };
  }
  const nodePath = host.env['ANSER_NODE'];
  if (nodePath === undefined || nodePath === '') throw new Error('Start the app with "npm start".');
  return sourceEngine(nodePath, app.getAppPath());
}
