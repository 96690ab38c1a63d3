/** The pictures by name, and how each view is brought before the camera. */
import type { Page } from 'playwright';
import { en } from '../../src/renderer/i18n/en/index.ts';
import { zh } from '../../src/renderer/i18n/zh/index.ts';
import type { Prepared } from './prepare.ts';
import type { Examples } from './texts/examples.ts';

export interface Scene {
  readonly page: Page;
  readonly prepared: Prepared;
  readonly examples: Examples;
}

export interface View {
  readonly name: string;
  /** Pixels of the picture for each of the page; 1 if absent. */
  readonly scale?: number;
  /** Only in this language. */
  readonly locale?: Examples['locale'];
  show(scene: Scene): Promise<void>;
}

export const wordsOf = ({ locale }: Examples): typeof en => (locale === 'zh-CN' ? zh : en);

/** Goes to a view's address and waits until nothing is being loaded any more. */
export async function goTo(page: Page, hash: string): Promise<void> {
  await page.keyboard.press('Escape');
  await page.evaluate(`location.hash = ${JSON.stringify(hash)}`);
  await page.getByRole('heading', { level: 1 }).first().waitFor();
  while ((await page.locator('.spinner').count()) > 0) await page.waitForTimeout(50);
}

const plain = (name: string, hash = `#/${name}`): View => ({ name, show: ({ page }) => goTo(page, hash) });

const showBook: View['show'] = ({ page, prepared }) => goTo(page, `#/document/${prepared.book}`);

/** Those of an app that is in use, the ones that change it last. */
export const views: readonly View[] = [
  {
    name: 'chat',
    show: async ({ page, prepared }) => {
      await goTo(page, `#/conversation/${prepared.chats[0] ?? ''}`);
      await page.locator('.katex').first().waitFor();
    },
  },
  plain('documents'),
  {
    name: 'preflight',
    show: async ({ page, prepared, examples }) => {
      await goTo(page, `#/document/${prepared.unread}`);
      await page.locator('.preflight textarea, .preflight input[type=text]').first().fill(examples.log.focus);
    },
  },
  { name: 'document', show: showBook },
  // The same, sharp, for the first screen of the README.
  { name: 'readme', scale: 2, locale: 'en-GB', show: showBook },
  plain('states'),
  plain('models'),
  {
    name: 'catalogue',
    show: async ({ page }) => {
      await goTo(page, '#/models');
      await page.locator('.fit-list').last().scrollIntoViewIfNeeded();
    },
  },
  plain('settings'),
  plain('privacy'),
  plain('shortcuts'),
  {
    name: 'commands',
    show: async ({ page, prepared }) => {
      await goTo(page, `#/conversation/${prepared.chats[0] ?? ''}`);
      await page.keyboard.press('Control+k');
      await page.getByRole('dialog').waitFor();
    },
  },
  {
    name: 'search',
    show: async ({ page, prepared, examples }) => {
      await goTo(page, `#/conversation/${prepared.chats[0] ?? ''}`);
      await page.keyboard.press('Control+k');
      await page.getByRole('dialog').getByRole('combobox').fill(examples.searched);
      await page.locator('mark').first().waitFor();
    },
  },
  {
    name: 'reading',
    show: async ({ page, prepared, examples }) => {
      await goTo(page, `#/document/${prepared.reading}`);
      const { live } = wordsOf(examples).documents;
      await page.getByRole('button', { name: live.resume, exact: true }).click();
      await page.locator('.sparkline').waitFor();
      await page.waitForTimeout(4000);
    },
  },
];

/** Of an app that was started for the first time. */
export const firstRun: View = {
  name: 'first-run',
  show: async ({ page }) => {
    await goTo(page, '#/chat');
    await page.locator('.model-chip-light[data-status="loaded"]').waitFor({ timeout: 60_000 });
  },
};
