/** The desktop app itself, where Electron's binary is installed. */
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { _electron, type ElectronApplication, type Page } from 'playwright';
import type { AppShell } from './appShell.ts';
import { engineOf, gone } from '../../test/support/processes.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const END_MS = 20_000;

interface Running {
  readonly program: ElectronApplication;
  readonly page: Page;
}

export class ElectronShell implements AppShell {
  readonly complaints: string[] = [];
  readonly #dataFolder: string;
  #running: Running | undefined;

  constructor(dataFolder: string) {
    this.#dataFolder = dataFolder;
  }

  get page(): Page {
    return this.#app.page;
  }

  get #app(): Running {
    if (!this.#running) throw new Error('The app does not run.');
    return this.#running;
  }

  async start(): Promise<void> {
    const program = await _electron.launch({
      executablePath: createRequire(import.meta.url)('electron') as unknown as string,
      args: [ROOT],
      // The engine runs on the Node that runs the tests.
      env: { ...definedVariables(), ANSER_DATA: this.#dataFolder, ANSER_NODE: process.execPath },
    });
    const page = await program.firstWindow();
    page.on('pageerror', (error) => this.complaints.push(error.message));
    await page.getByRole('main').waitFor();
    this.#running = { program, page };
  }

  async quit(): Promise<void> {
    const { program } = this.#app;
    const engine = await engineOf(program.process().pid);
    this.#running = undefined;
    await program.close();
    await gone(engine, END_MS);
  }

  async killMain(): Promise<void> {
    const { program } = this.#app;
    const engine = await engineOf(program.process().pid);
    this.#running = undefined;
    const ended = program.waitForEvent('close');
    program.process().kill('SIGKILL');
    await ended;
    await gone(engine, END_MS);
  }

  async killEngine(): Promise<void> {
    const engine = await engineOf(this.#app.program.process().pid);
    process.kill(engine, 'SIGKILL');
    await gone(engine, END_MS);
  }

  async close(): Promise<void> {
    await this.#running?.program.close();
  }
}

const definedVariables = (): Record<string, string> =>
  Object.fromEntries(Object.entries(process.env).filter((entry): entry is [string, string] => entry[1] !== undefined));
