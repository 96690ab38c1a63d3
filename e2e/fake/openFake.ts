/** Opens the window in a browser with the fake behind it, and collects everything that the browser complains about. */
import type { Browser, BrowserContextOptions, Page } from 'playwright';
import { serveFake } from './serveFake.ts';
import { World, type FakeOptions } from './world.ts';

export interface OpenFake {
  readonly page: Page;
  readonly world: World;
  /** Errors and warnings of the page, of its policy and of what lies behind it. */
  readonly complaints: string[];
  /** Cuts the line; the page stays. */
  stopServer(): Promise<void>;
  close(): Promise<void>;
}

export interface OpenOptions {
  readonly fake?: Partial<FakeOptions>;
  readonly context?: BrowserContextOptions;
  /** Fills the world before the page opens. */
  readonly fill?: (world: World) => void;
}

export async function openFake(browser: Browser, { fake, context, fill }: OpenOptions = {}): Promise<OpenFake> {
  const world = new World(fake);
  fill?.(world);
  const server = await serveFake(world);
  const opened = await browser.newContext({ locale: 'en-GB', viewport: { width: 1280, height: 800 }, ...context });
  const page = await opened.newPage();
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('requestfailed', (request) => complaints.push(`${request.url()} failed`));
  await page.goto(server.newLink());
  await page.getByRole('main').waitFor();
  const close = async (): Promise<void> => {
    await opened.close();
    complaints.push(...server.bugs.map(String));
    await server.close();
  };
  return { page, world, complaints, stopServer: server.close, close };
}
