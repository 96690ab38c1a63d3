/** `anser serve`: the app in the user's browser, on this machine or through SSH on a headless one. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { CodedError } from '../../engine/api/errors.ts';
import { dataFolder } from '../../engine/hosts/paths.ts';
import { createApp } from '../app/createApp.ts';
import { sourceEngine } from '../sourceEngine.ts';
import { browserShell } from './shell.ts';
import { startServer } from './server.ts';
import { Uploads } from './uploads.ts';

const ROOT = join(import.meta.dirname, '..', '..', '..');
/** Where links from the terminal lead, unless told otherwise: nothing registered with IANA uses it. */
const DEFAULT_PORT = 7717;

const HELP = `Usage: anser serve [--port N] [--data FOLDER]

Opens Anser in your browser. Only this machine can reach it, through the link that is printed, which works once.

  --port N       default ${DEFAULT_PORT}; 0 takes any that is free
  --data FOLDER  where conversations, documents and states are kept

On another machine: ssh -L ${DEFAULT_PORT}:127.0.0.1:${DEFAULT_PORT} HOST, then "anser serve" there and the link here.
`;

const say = (text: string): void => void process.stdout.write(`${text}\n`);
const onBug = (error: unknown): void => console.error(error);

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: { port: { type: 'string' }, data: { type: 'string' }, help: { type: 'boolean' } },
  });
  if (values.help) {
    say(HELP);
    return;
  }
  const pageFolder = join(ROOT, 'out', 'renderer');
  if (!existsSync(join(pageFolder, 'index.html'))) throw new Error('The page is not built yet. Run "npm run build".');
  const data = values.data ?? dataFolder();
  const uploads = new Uploads(join(data, 'uploads'));
  await uploads.sweep();
  const running = await createApp({
    dataFolder: data,
    shell: browserShell(),
    version: (JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { version: string }).version,
    engine: sourceEngine(process.execPath, ROOT),
    onBug,
  });
  const server = await startServer({
    ...{ app: running.api, handouts: running.handouts, uploads, pageFolder, onBug },
    port: values.port === undefined ? DEFAULT_PORT : Number(values.port),
  });
  say(`Open ${server.newLink()}`);
  say('The link works once; press Enter for another one, Ctrl-C to stop.');
  // Not a terminal: nobody will press Enter, and the end of the input is not the end of the program.
  if (process.stdin.isTTY) createInterface({ input: process.stdin }).on('line', () => say(server.newLink()));
  const stop = (): void => {
    void server
      .close()
      .then(() => running.dispose())
      .finally(() => process.exit());
  };
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
}

main().catch((error: unknown) => {
  const nextStep = error instanceof CodedError ? error.nextStep : undefined;
  const message = error instanceof Error ? error.message : String(error);
  process.stderr.write(`${message}\n${nextStep === undefined ? '' : `${nextStep}\n`}`);
  process.exitCode = 1;
});
