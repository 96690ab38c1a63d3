/** The built window in a real browser, under its own security policy. */
import type { Browser, Page } from 'playwright';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { launchBrowser } from './browser.ts';
import { servePage, type PageServer } from './pageServer.ts';

let browser: Browser;
let server: PageServer;
beforeAll(async () => {
  server = await servePage();
  browser = await launchBrowser();
});
afterAll(async () => {
  await browser.close();
  await server.close();
});

let page: Page;
let complaints: string[];
beforeEach(() => {
  complaints = [];
});
afterEach(() => page.close());

/** Opens the page for a user of `locale`; everything that the browser complains about lands in `complaints`. */
async function openPage(locale: string): Promise<void> {
  page = await browser.newPage({ locale });
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('requestfailed', (request) => complaints.push(`${request.url()} failed`));
  await page.goto(server.url);
}

const headings = { en: 'Anser reads whole documents', zh: 'Anser 通读整篇文档' };

test.each([
  ['en-GB', 'en'],
  ['zh-CN', 'zh'],
  ['de-DE', 'en'],
] as const)('speaks to a user of %s in %s', async (locale, language) => {
  await openPage(locale);
  await page.getByRole('heading', { name: headings[language], level: 1 }).waitFor();
  expect(await page.locator('html').getAttribute('lang')).toBe(language);
  expect(complaints).toEqual([]);
});

test('changes its language by keyboard alone', async () => {
  await openPage('en');
  await page.getByRole('heading', { name: headings.en }).waitFor();
  await page.keyboard.press('Tab');
  const focused = page.getByRole('combobox', { name: 'Language' }).and(page.locator(':focus'));
  expect(await focused.count()).toBe(1);
  await page.keyboard.press('ArrowDown');
  await page.getByRole('heading', { name: headings.zh }).waitFor();
  expect(await page.locator('html').getAttribute('lang')).toBe('zh');
  expect(complaints).toEqual([]);
});

test('runs no inline script: the security policy is in force', async () => {
  await openPage('en');
  await page.getByRole('heading', { level: 1 }).waitFor();
  await page.evaluate(`{
    const script = document.createElement('script');
    script.textContent = 'document.title = "broken in"';
    document.body.append(script);
  }`);
  expect(await page.title()).toBe('Anser');
  expect(complaints.join()).toContain('Content Security Policy');
});
