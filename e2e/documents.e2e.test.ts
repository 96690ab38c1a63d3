/** Documents in a real browser: adding, reading with pause, summaries, questions of both kinds. */
import { expect, test } from 'vitest';
import { barriers } from './axe.ts';
import { lighthouse } from './fake/lighthouse.ts';
import { addDocument } from './fake/documents.ts';
import type { World } from './fake/world.ts';
import { fakeTests } from './fakeTests.ts';

const tests = fakeTests();
const { open, button, drop } = tests;

/** Slow enough for a busy machine to meet it under way. */
const slowly = { pieceMs: 25 };
const patient = { timeout: 40_000 };

const withLighthouse = (world: World): void => {
  addDocument(world, 'light.md', lighthouse, { pages: 12 });
};
const heading = (name: string | RegExp) => tests.page.getByRole('heading', { name });
const question = () => tests.page.getByRole('textbox', { name: 'Question about the document' });

async function openLighthouse(fake: Parameters<typeof open>[1] = {}): Promise<void> {
  await open('#/documents', { fill: withLighthouse, ...fake });
  await tests.page.getByRole('main').getByRole('link', { name: 'The light at Oake Point' }).click();
  await button('Read the document').waitFor();
}

async function readAll(): Promise<void> {
  await button('Read the document').click();
  await heading('The whole in brief').waitFor(patient);
  await button('Read again…').waitFor(patient);
}

test('the empty list says what can be added', async () => {
  const page = await open('#/documents');
  await heading('No documents yet').waitFor();
  await page.getByText('PDF · Markdown · HTML').waitFor();
  await page
    .locator('input[data-files=documents]')
    .setInputFiles({ name: 'a.md', mimeType: 'text/markdown', buffer: Buffer.from('# Chosen\n\nText.') });
  await page.getByRole('heading', { name: 'Chosen', level: 1 }).waitFor();
});

test('a dropped file is shown before it is read, with what reading takes', async () => {
  const page = await open('#/chat');
  await drop({ 'light.md': lighthouse });
  await page.getByRole('heading', { name: 'The light at Oake Point', level: 1 }).waitFor();
  await heading('Before reading').waitFor();
  for (const fact of ['Words', 'Tokens', 'Language', 'Reading takes about'])
    expect(await page.getByText(fact, { exact: true }).count()).toBe(1);
  await page.getByText('English', { exact: true }).waitFor();
});

test('the sample that comes with the app is added by one click', async () => {
  const page = await open('#/chat');
  await page.getByRole('button', { name: /Try the sample/ }).click();
  await page.getByRole('heading', { name: 'The Lighthouse at Corran Point', level: 1 }).waitFor();
});

test('a file that is there already leads to it, one in the bin comes back', async () => {
  const page = await open('#/documents', {
    fill: (world) => void addDocument(world, 'light.md', lighthouse, { deletedAt: world.now() }),
  });
  await drop({ 'light.md': lighthouse });
  const dialog = page.getByRole('dialog', { name: 'Already in your documents' });
  await dialog.getByText('was deleted before and can be restored').waitFor();
  await dialog.getByRole('button', { name: 'Restore' }).click();
  await page.getByRole('heading', { name: 'The light at Oake Point', level: 1 }).waitFor();
  await button('Read the document').waitFor();
  expect(await page.getByText('This document was deleted.').count()).toBe(0);
});

test('bad files of a drop are named with their reasons, the good one is kept', async () => {
  const page = await open('#/documents', { fill: withLighthouse });
  await drop({ 'a.md': '# New one\n\nText.', 'b.bin': '\u0000\u0001', 'c.txt': '', 'light.md': lighthouse });
  const dialog = page.getByRole('dialog', { name: 'Not all files were added' });
  await dialog.getByText('1 document was added.').waitFor();
  await dialog.getByText('b.bin', { exact: true }).waitFor();
  await dialog.getByText('c.txt is empty.').waitFor();
  await dialog.getByText('The same file is in your documents.').waitFor();
  expect(await barriers(page)).toEqual([]);
  await button('Close').last().click();
  await page.getByRole('main').getByRole('link', { name: 'New one' }).waitFor();
});

test('a reading shows its place and speed, pauses, goes on and ends in a summary', async () => {
  await openLighthouse({ fake: slowly });
  const { page } = tests;
  await page.getByRole('textbox', { name: 'What to look for' }).fill('dates');
  await button('Read the document').click();
  await heading(/^Page \d+ of 12$/).waitFor(patient);
  await page.getByText(/^41\d tokens\/s$/).waitFor();
  await page.getByText('The state takes 2.4 MB, from the first page to the last.').waitFor();
  await page.getByRole('img', { name: /Speed over time/ }).waitFor(patient);
  await heading('The rock').waitFor(patient);
  await page
    .getByRole('navigation')
    .getByText(/^[1-9]\d?% read$/)
    .waitFor();
  await button('Pause').click();
  await page.getByText('Paused. It goes on exactly where it stopped').waitFor();
  const read = await page.locator('.section').count();
  await button('Go on reading').click();
  await button('Read again…').waitFor(patient);
  expect(await page.locator('.section').count()).toBeGreaterThan(read);
  await page.getByText('Looked for: dates').waitFor();
  await heading('The whole in brief').waitFor();
  await page.getByRole('status').getByText('The document was read to the end.').waitFor({ state: 'attached' });
});

test('a reading survives that its window is reloaded', async () => {
  await openLighthouse({ fake: slowly });
  await button('Read the document').click();
  await heading('The rock').waitFor(patient);
  await tests.page.reload();
  await heading('The rock').waitFor(patient);
  await button('Read again…').waitFor(patient);
});

test('cancelling says what goes, and it goes', async () => {
  await openLighthouse({ fake: slowly });
  const { page } = tests;
  await button('Read the document').click();
  await heading('The rock').waitFor(patient);
  await button('Cancel reading').click();
  const dialog = page.getByRole('dialog', { name: 'Cancel this reading?' });
  await dialog.getByText(/the summaries of this reading are thrown away/).waitFor();
  await dialog.getByRole('button', { name: 'Cancel reading' }).click();
  await button('Read the document').waitFor();
  expect(await page.locator('.section').count()).toBe(0);
});

test('without a model, reading says so and offers to load one', async () => {
  await openLighthouse({ fake: { loaded: false } });
  expect(await button('Read the document').isDisabled()).toBe(true);
  await button('Load the model').first().waitFor();
});

test('a section shows its text, and its address leads to it', async () => {
  await openLighthouse();
  await readAll();
  const { page } = tests;
  const section = page.getByRole('listitem').filter({ has: heading('The keepers') });
  await section.getByText(/^pages? \d+/).waitFor();
  await section.getByRole('button', { name: 'Show the text' }).click();
  await section.getByText('They counted forty waves').waitFor();
  await page.evaluate(`location.hash += '/4'`);
  await page
    .locator('.section[aria-current]')
    .filter({ has: heading('Oil, gas, electricity') })
    .waitFor();
});

test('questions are answered both ways, each with what it rests on', async () => {
  await openLighthouse({ fake: { pieceMs: 2 } });
  await readAll();
  const { page } = tests;
  await question().fill('When was it lit?');
  await question().press('Enter');
  const answers = page.getByRole('article', { name: 'Anser' });
  await answers
    .nth(0)
    .getByText(/Asked by re-reading/)
    .waitFor();
  await answers
    .nth(0)
    .getByText(/^\d+ tokens of the document read again$/)
    .waitFor();
  await page.getByRole('radio', { name: 'From memory' }).check();
  await page.getByText('Answers at once from what the model remembers.').waitFor();
  await question().fill('And by whom?');
  await question().press('Enter');
  await answers
    .nth(1)
    .getByText(/Asked from memory/)
    .waitFor();
  await answers.nth(1).getByText('0 tokens read again').waitFor();
  expect(await barriers(page)).toEqual([]);
  await answers
    .nth(0)
    .getByRole('button', { name: /^pages? \d/ })
    .first()
    .click();
  const dialog = page.getByRole('dialog', { name: 'From the document' });
  await dialog.getByText('Oake Point is a shelf of slate').waitFor();
  await page.keyboard.press('Escape');
  await dialog.waitFor({ state: 'detached' });
});

test('a document can be asked while it is read', async () => {
  await openLighthouse({ fake: slowly });
  const { page } = tests;
  expect(await page.getByRole('radio', { name: 'From memory' }).isDisabled()).toBe(true);
  await button('Read the document').click();
  await heading('The rock').waitFor(patient);
  await page.getByText('You can ask already').waitFor();
  await page.getByRole('radio', { name: 'From memory' }).check();
  await question().fill('So far?');
  await question().press('Enter');
  await page.getByText(/Asked from memory/).waitFor(patient);
});

test('reading again with another focus replaces the reading', async () => {
  await openLighthouse();
  await readAll();
  const { page } = tests;
  await button('Read again…').click();
  const dialog = page.getByRole('dialog', { name: 'Read again with another focus' });
  await dialog.getByRole('textbox', { name: 'What to look for' }).fill('bells');
  await dialog.getByRole('button', { name: 'Read again' }).click();
  await page.getByText('Looked for: bells').waitFor();
  await button('Read again…').waitFor(patient);
});

test('what was read is exported as a file', async () => {
  await openLighthouse();
  await readAll();
  const { page } = tests;
  await button('Actions for “The light at Oake Point”').click();
  await page.getByRole('menuitem', { name: 'Export…' }).click();
  const download = page.waitForEvent('download');
  await button('Markdown').click();
  expect((await download).suggestedFilename()).toBe('summary.en.md');
});

test('what was read is saved by name', async () => {
  await openLighthouse();
  await readAll();
  const { page } = tests;
  await page.getByRole('main').getByRole('button', { name: 'Actions for “The light at Oake Point”' }).click();
  await page.getByRole('menuitem', { name: 'Save state…' }).click();
  await page.getByRole('dialog').getByRole('textbox', { name: 'Name' }).fill('After the light');
  await page.keyboard.press('Enter');
  await page.getByText('“After the light” was saved.').waitFor();
  await button('Show').click();
  await page.getByRole('heading', { name: 'After the light' }).waitFor();
});

test('a document that was deleted comes back by undoing', async () => {
  await open('#/documents', { fill: withLighthouse });
  const { page } = tests;
  const row = page.getByRole('main').getByRole('link', { name: 'The light at Oake Point' });
  await page.getByRole('main').getByRole('button', { name: 'Actions for “The light at Oake Point”' }).click();
  await page.getByRole('menuitem', { name: 'Delete' }).click();
  await row.waitFor({ state: 'detached' });
  await button('Undo').click();
  await row.waitFor();
});

test('narrow windows show the reading or the questions', async () => {
  await openLighthouse({ context: { viewport: { width: 700, height: 800 } } });
  expect(await question().isVisible()).toBe(false);
  await button('Questions').click();
  await question().waitFor();
  expect(await button('Read the document').isVisible()).toBe(false);
});
