/** Where Anser keeps things on this machine, and the model that it ships. */
import { homedir } from 'node:os';
import { join } from 'node:path';
import { resourcePath } from './resources.ts';

/**
 * The folder for snapshots, the cache and later conversations: `$ANSER_DATA`, else the platform's place for a program's
 * data.
 */
export function dataFolder(): string {
  const own = process.env['ANSER_DATA'];
  if (own !== undefined && own !== '') return own;
  switch (process.platform) {
    case 'win32':
      return join(process.env['LOCALAPPDATA'] ?? join(homedir(), 'AppData', 'Local'), 'Anser');
    case 'darwin':
      return join(homedir(), 'Library', 'Application Support', 'Anser');
    default:
      return join(process.env['XDG_DATA_HOME'] ?? join(homedir(), '.local', 'share'), 'anser');
  }
}

/** The small model that ships with Anser and runs when no other is named. */
export const demoModelPath = (): string => resourcePath('models/anser-demo-q8_0.gguf');
