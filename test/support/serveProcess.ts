/** `anser serve` in a process of its own, and the link that it prints. */
import { spawn, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

const MAIN = join(import.meta.dirname, '..', '..', 'src', 'main', 'serve', 'main.ts');

export interface ServeProcess {
  readonly main: ChildProcess;
  readonly link: string;
}

/**
 * @param onComplaint What it prints to standard error, piece by piece.
 * @throws Error when it ends before it has printed a link
 */
export async function startServe(
  dataFolder: string,
  onComplaint: (text: string) => void,
  env: NodeJS.ProcessEnv = process.env,
): Promise<ServeProcess> {
  const options = ['--disable-warning=ExperimentalWarning', MAIN, '--port', '0', '--data', dataFolder];
  const main = spawn(process.execPath, options, { stdio: ['ignore', 'pipe', 'pipe'], env });
  main.stderr.on('data', (text: Buffer) => {
    onComplaint(text.toString());
  });
  for await (const line of createInterface({ input: main.stdout })) {
    const link = /https?:\S+/.exec(line)?.[0];
    if (link !== undefined) return { main, link };
  }
  throw new Error('The app ended before it printed a link.');
}
