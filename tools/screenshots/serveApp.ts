/** Starts `anser serve` on a data folder, as a process of its own. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

const MAIN = join(import.meta.dirname, '..', '..', 'src', 'main', 'serve', 'main.ts');

export interface ServedApp {
  /** Works once. */
  readonly link: string;
  stop(): Promise<void>;
}

export async function serveApp(folder: string): Promise<ServedApp> {
  const args = ['--disable-warning=ExperimentalWarning', MAIN, '--port', '0', '--data', folder];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = once(child, 'exit');
  const stop = async (): Promise<void> => {
    child.kill('SIGTERM');
    await ended;
  };
  for await (const line of createInterface({ input: child.stdout })) {
    const link = /^Open (\S+)$/u.exec(line)?.[1];
    if (link !== undefined) return { link, stop };
  }
  throw new Error('The app ended before it could be opened.');
}
