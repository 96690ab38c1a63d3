/** `anser serve` in a process of its own, and its page in Chromium. */
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import type { Browser, Page } from 'playwright';
import { engineOf, gone } from '../../test/support/processes.ts';
import { startServe } from '../../test/support/serveProcess.ts';
import { launchBrowser } from '../browser.ts';
import type { AppShell } from './appShell.ts';

/** An engine notices that its parent is gone by its closed pipes, at the latest when it next has something to say. */
const ORPHAN_MS = 20_000;
const QUIT_MS = 20_000;

interface Running {
  readonly main: ChildProcess;
  readonly page: Page;
}

export class BrowserShell implements AppShell {
  readonly complaints: string[] = [];
  readonly #dataFolder: string;
  readonly #browser: Browser;
  #running: Running | undefined;

  private constructor(dataFolder: string, browser: Browser) {
    this.#dataFolder = dataFolder;
    this.#browser = browser;
  }

  static async create(dataFolder: string): Promise<BrowserShell> {
    return new BrowserShell(dataFolder, await launchBrowser());
  }

  get page(): Page {
    return this.#app.page;
  }

  get #app(): Running {
    if (!this.#running) throw new Error('The app does not run.');
    return this.#running;
  }

  async start(): Promise<void> {
    const { main, link } = await startServe(this.#dataFolder, (text) => this.complaints.push(text));
    const page = await this.#newPage();
    await page.goto(link);
    await page.getByRole('main').waitFor();
    this.#running = { main, page };
  }

  async #newPage(): Promise<Page> {
    const context = await this.#browser.newContext({ locale: 'en-GB', viewport: { width: 1280, height: 800 } });
    const page = await context.newPage();
    page.on('console', (message) => {
      if (message.type() === 'error') this.complaints.push(message.text());
    });
    page.on('pageerror', (error) => this.complaints.push(error.message));
    return page;
  }

  async quit(): Promise<void> {
    const { main } = this.#app;
    const engine = await engineOf(main.pid);
    await this.#end('SIGTERM');
    await gone(engine, QUIT_MS);
    if (main.exitCode !== 0) throw new Error(`The app ended with ${main.exitCode ?? String(main.signalCode)}.`);
  }

  async killMain(): Promise<void> {
    const engine = await engineOf(this.#app.main.pid);
    await this.#end('SIGKILL');
    await gone(engine, ORPHAN_MS);
  }

  async #end(signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
    const { main, page } = this.#app;
    // The page would complain that nobody answers it any more.
    await page.context().close();
    this.#running = undefined;
    const ended = once(main, 'exit');
    main.kill(signal);
    await ended;
  }

  async killEngine(): Promise<void> {
    const engine = await engineOf(this.#app.main.pid);
    process.kill(engine, 'SIGKILL');
    await gone(engine, QUIT_MS);
  }

  async close(): Promise<void> {
    if (this.#running) await this.#end('SIGKILL');
    await this.#browser.close();
  }
}
