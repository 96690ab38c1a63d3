/** A chat's state through the real app, page, services and engine: saved by name, found in the library, gone on from. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Locator } from 'playwright';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { AppShell } from './app/appShell.ts';
import { openShell } from './app/openShell.ts';

const MINUTES = 60_000;
/** For whatever the engine does on a slow and busy machine. */
const patient = { timeout: 3 * MINUTES };

let data: string;
let app: AppShell;
beforeAll(async () => {
  data = mkdtempSync(join(tmpdir(), 'anser-saved-'));
  writeFileSync(join(data, 'settings.json'), JSON.stringify({ adapter: 'software', maxTokens: 12 }));
  app = await openShell(data);
  await app.start();
});
afterAll(async () => {
  await app.close();
  rmSync(data, { recursive: true, force: true });
});

const answers = (): Locator => app.page.getByRole('article', { name: 'Anser' });
const button = (name: string): Locator => app.page.getByRole('button', { name, exact: true });

/** Says something and waits for the `count`th answer. */
async function ask(text: string, count: number): Promise<Locator> {
  const field = app.page.getByRole('textbox', { name: 'Message' });
  await field.fill(text);
  await field.press('Enter');
  const answer = answers().nth(count - 1);
  await answer.and(app.page.locator('[aria-busy=false]')).waitFor(patient);
  return answer;
}

const numberIn = async (place: Locator): Promise<number> => Number((await place.innerText()).replace(/\D/g, ''));

test('a chat is saved by name and gone on from, without being read again', { timeout: 8 * MINUTES }, async () => {
  const { page } = app;
  // The model may still be being loaded: the first message waits for it.
  await ask('What is a lighthouse?', 1);
  const second = await ask('And who keeps it?', 2);
  await second.getByRole('button', { name: 'Save the state…' }).click();
  const dialog = page.getByRole('dialog', { name: 'Save what the model remembers' });
  await dialog.getByRole('textbox', { name: 'Name' }).fill('Lighthouses so far');
  await page.keyboard.press('Enter');
  await page.getByText('“Lighthouses so far” was saved.').waitFor(patient);
  const source = await page.getByRole('heading', { level: 1 }).innerText();

  await button('Show').click();
  const row = page.getByRole('listitem').filter({ hasText: 'Lighthouses so far' });
  await row.getByRole('link', { name: source }).waitFor();
  await row.getByText(/^[\d.]+ [kMG]B$/).waitFor();
  const read = await numberIn(row.getByText(/^[\d,]+ tokens$/));
  await button('Open “Lighthouses so far” as a new chat').click();
  await page.getByRole('heading', { name: 'Lighthouses so far', level: 1 }).waitFor(patient);
  await expect.poll(() => answers().count()).toBe(2);

  const third = await ask('Tell me about the sea.', 3);
  await third.getByRole('button', { name: 'Details' }).click();
  const promptTokens = third.locator('dt', { hasText: 'Tokens read' }).locator('xpath=following-sibling::dd[1]');
  // Its own message only, not what the state has read.
  expect(await numberIn(promptTokens)).toBeLessThan(read);
  await app.quit();
  expect(app.complaints).toEqual([]);
});
