/** Where snapshots and other data of the user are kept. */
import { homedir } from 'node:os';
import { join } from 'node:path';

/** `ANSER_DATA`, else the place that the platform has for a program's data. */
export function defaultDataFolder(env: NodeJS.ProcessEnv = process.env, platform: NodeJS.Platform = process.platform, home = homedir()): string {
  if (env['ANSER_DATA']) return env['ANSER_DATA'];
  switch (platform) {
    case 'win32':
      return join(env['LOCALAPPDATA'] ?? join(home, 'AppData', 'Local'), 'Anser');
    case 'darwin':
      return join(home, 'Library', 'Application Support', 'Anser');
    default:
      return join(env['XDG_DATA_HOME'] || join(home, '.local', 'share'), 'anser');
  }
}
