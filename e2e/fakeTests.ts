/** What tests on the fake share: one browser a file, a new window a test, and no complaints at its end. */
import type { Locator, Page } from 'playwright';
import { afterAll, afterEach, beforeAll, expect } from 'vitest';
import { launchBrowser } from './browser.ts';
import { openFake, type OpenFake, type OpenOptions } from './fake/openFake.ts';
import type { World } from './fake/world.ts';

export interface FakeTests {
  /** Opens the window at a view. */
  open(hash: string, options?: OpenOptions): Promise<Page>;
  readonly page: Page;
  readonly world: World;
  button(name: string): Locator;
  /** Drops files on the window, as from a folder of the desktop. */
  drop(files: Readonly<Record<string, string>>): Promise<void>;
}

/** To be called once, at the top of a test file. */
export function fakeTests(): FakeTests {
  let browser: Awaited<ReturnType<typeof launchBrowser>>;
  let fake: OpenFake | undefined;
  beforeAll(async () => {
    browser = await launchBrowser();
  });
  afterAll(() => browser.close());
  afterEach(async () => {
    const { complaints } = opened();
    await opened().close();
    fake = undefined;
    expect(complaints).toEqual([]);
  });
  const opened = (): OpenFake => {
    if (!fake) throw new Error('No window is open.');
    return fake;
  };
  return {
    open: async (hash, options) => {
      fake = await openFake(browser, options);
      await fake.page.evaluate(`location.hash = ${JSON.stringify(hash)}`);
      return fake.page;
    },
    get page() {
      return opened().page;
    },
    get world() {
      return opened().world;
    },
    button: (name) => opened().page.getByRole('button', { name, exact: true }),
    drop: async (files) => {
      await opened().page.evaluate(`{
        const dataTransfer = new DataTransfer();
        for (const [name, text] of Object.entries(${JSON.stringify(files)}))
          dataTransfer.items.add(new File([text], name));
        for (const type of ['dragenter', 'drop'])
          document.body.dispatchEvent(new DragEvent(type, { dataTransfer, bubbles: true, cancelable: true }));
      }`);
    },
  };
}
