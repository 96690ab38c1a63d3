/** Every view without barriers, in both languages and both themes, also narrow and with text of twice the size. */
import { expect, test } from 'vitest';
import { barriers } from './axe.ts';
import { addLibrarySamples } from './fake/librarySamples.ts';
import { addSamples } from './fake/samples.ts';
import type { World } from './fake/world.ts';
import { fakeTests } from './fakeTests.ts';

const tests = fakeTests();

function fill(world: World): void {
  addSamples(world);
  addLibrarySamples(world);
  const [chat] = world.conversations.values();
  if (chat) world.change(chat.id, { deletedAt: world.now() });
}

const PAGES = ['documents', 'states', 'models', 'settings', 'privacy', 'shortcuts', 'bin'];

const hashes = (): string[] => [
  ...PAGES.map((page) => `#/${page}`),
  ...[...tests.world.library.documents.keys()].map((id) => `#/document/${id}`),
];

const looks = [
  { language: 'en', theme: 'light', width: 1280 },
  { language: 'zh', theme: 'dark', width: 1280 },
  { language: 'en', theme: 'dark', width: 640 },
  { language: 'zh', theme: 'light', width: 640 },
] as const;

test.each(looks)('$language, $theme, $width px', { timeout: 120_000 }, async ({ language, theme, width }) => {
  const context = { viewport: { width, height: 800 } };
  const page = await tests.open('#/documents', { fill, context, fake: { settings: { language, theme } } });
  for (const hash of hashes()) {
    await page.evaluate(`location.hash = ${JSON.stringify(hash)}`);
    await page.getByRole('heading', { level: 1 }).waitFor();
    // There may be several at first.
    await expect.poll(() => page.locator('.spinner').count()).toBe(0);
    expect(await barriers(page), hash).toEqual([]);
    expect(await page.evaluate('document.documentElement.scrollWidth > innerWidth'), hash).toBe(false);
    expect(
      await page.evaluate(
        `(({ scrollWidth, clientWidth }) => scrollWidth > clientWidth)(document.querySelector('main'))`,
      ),
      hash,
    ).toBe(false);
  }
});

test('dialogs have no barriers', async () => {
  const page = await tests.open('#/models', { fill });
  await tests.button('Add a model file').click();
  expect(await barriers(page)).toEqual([]);
  await page.keyboard.press('Escape');
  await page.evaluate(`location.hash = '#/states'`);
  await tests.button('Replay…').click();
  expect(await barriers(page)).toEqual([]);
});
