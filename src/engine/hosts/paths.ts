/** Where Anser keeps things on this machine, and the model that it ships. */
import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';
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
      return join(xdgDataHome() ?? join(homedir(), '.local', 'share'), 'anser');
  }
}

/** By the XDG Base Directory specification an empty or relative path counts as not set. */
function xdgDataHome(): string | undefined {
  const path = process.env['XDG_DATA_HOME'];
  return path !== undefined && isAbsolute(path) ? path : undefined;
}

/** The small model that ships with Anser and runs when no other is named. */
export const demoModelPath = (): string => resourcePath('models/anser-demo-q8_0.gguf');
