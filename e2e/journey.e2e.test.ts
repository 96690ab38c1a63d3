/**
 * The whole way of a user through the real app: page, services and engine with the embedded model, which is killed on the
 * way. One story, in its order.
 */
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { Locator, Page } from 'playwright';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { AppShell } from './app/appShell.ts';
import { lighthousePdf } from './app/lighthousePdf.ts';
import { openShell } from './app/openShell.ts';

const MINUTES = 60_000;
/** For whatever the engine does on a slow and busy machine. */
const patient = { timeout: 3 * MINUTES };
const TITLE = 'The Lighthouse at Corran Point';

let data: string;
let app: AppShell;
beforeAll(async () => {
  data = mkdtempSync(join(tmpdir(), 'anser-journey-'));
  // Short answers, and snapshots often enough for a short document; everything else is as it comes.
  const settings = { adapter: 'software', maxTokens: 24, snapshotEverySeconds: 2 };
  writeFileSync(join(data, 'settings.json'), JSON.stringify(settings));
  app = await openShell(data);
});
afterAll(async () => {
  await app.close();
  rmSync(data, { recursive: true, force: true });
});

const page = (): Page => app.page;
const button = (name: string | RegExp): Locator => page().getByRole('button', { name, exact: true });
const heading = (name: string | RegExp): Locator => page().getByRole('heading', { name });
const answers = (): Locator => page().getByRole('article', { name: 'Anser' });
const main = (): Locator => page().getByRole('main');

/** Does one step of the story; a failure says which. */
async function step(name: string, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    const file = join(tmpdir(), 'anser-journey.png');
    await page()
      .screenshot({ path: file })
      .catch(() => undefined);
    throw new Error(`"${name}" failed (${file}): ${error instanceof Error ? error.message : String(error)}`, {
      cause: error,
    });
  }
}

/** Sends a message to the field of this name and waits for the `count`th answer. */
async function ask(field: string, text: string, count: number): Promise<Locator> {
  // Nothing of the wait for an answer is spent on loading the model.
  await page().getByText('runs on the CPU').waitFor(patient);
  const box = page().getByRole('textbox', { name: field });
  await box.fill(text);
  await box.press('Enter');
  const answer = answers().nth(count - 1);
  await answer.and(page().locator('[aria-busy=false]')).waitFor(patient);
  return answer;
}

/** How much of the document was read, in tokens, as the reading view says. */
async function tokensRead(): Promise<number> {
  const text = await page().locator('.live').getByText('Tokens read').locator('xpath=..').innerText();
  return Number(text.replace(/\D/g, ''));
}

test(
  'a document is read, through kills and restarts, and asked without being read again',
  { timeout: 12 * MINUTES },
  async () => {
    let firstAnswer = '';
    await app.start();

    await step('first run: the embedded model answers', async () => {
      await heading('Read whole documents, privately').waitFor();
      await ask('Message', 'What is a lighthouse?', 1);
      firstAnswer = await answers().first().locator('.answer-text, .markdown').first().innerText();
      expect(firstAnswer.trim()).not.toBe('');
    });

    await step('chat: a second turn', async () => {
      await ask('Message', 'And who keeps it?', 2);
    });

    await step('fork at the first answer', async () => {
      await answers().first().hover();
      await answers().first().getByRole('button', { name: 'Fork from here' }).click();
      await expect.poll(() => answers().count()).toBe(1);
      expect(await answers().first().locator('.answer-text, .markdown').first().innerText()).toBe(firstAnswer);
      await ask('Message', 'Tell me about the sea.', 2);
    });

    await step('a document is dropped and shown before it is read', async () => {
      const bytes = Buffer.from(lighthousePdf()).toString('base64');
      await page().evaluate(`{
      const bytes = Uint8Array.from(atob(${JSON.stringify(bytes)}), (letter) => letter.charCodeAt(0));
      const dataTransfer = new DataTransfer();
      dataTransfer.items.add(new File([bytes], 'lighthouse.pdf', { type: 'application/pdf' }));
      for (const type of ['dragenter', 'drop'])
        document.body.dispatchEvent(new DragEvent(type, { dataTransfer, bubbles: true, cancelable: true }));
    }`);
      await page().getByRole('heading', { name: TITLE, level: 1 }).waitFor(patient);
      await heading('Before reading').waitFor();
      await page().getByText('English', { exact: true }).waitFor();
    });

    await step('it is read, page by page, and paused', async () => {
      await button('Read the document').click();
      await heading(/^Page [12] of 3$/).waitFor(patient);
      await expect.poll(tokensRead, patient).toBeGreaterThan(40);
      await button('Pause').click();
      await page().getByText('Paused. It goes on exactly where it stopped').waitFor(patient);
    });

    await step('reading goes on after the engine was killed', async () => {
      await button('Go on reading').click();
      await button('Pause').waitFor(patient);
      const before = await tokensRead();
      await expect.poll(tokensRead, patient).toBeGreaterThan(before);
      await app.killEngine();
      await page().getByText('Reading goes on from its last saved point.').waitFor(patient);
      await expect.poll(tokensRead, patient).toBeGreaterThan(before);
    });

    await step('and after the app was killed', async () => {
      const before = await tokensRead();
      await app.killMain();
      expect(integrity()).toBe('ok');
      await app.start();
      await main().or(page().getByRole('navigation')).getByText(TITLE).first().click();
      await button('Pause').or(button('Go on reading')).first().waitFor(patient);
      if (await button('Go on reading').isVisible()) await button('Go on reading').click();
      await expect.poll(tokensRead, patient).toBeGreaterThan(before - 150);
    });

    await step('the summary is finished', async () => {
      await heading('The whole in brief').waitFor(patient);
      await button('Read again…').waitFor(patient);
      expect(await page().locator('.section').count()).toBeGreaterThanOrEqual(3);
    });

    await step('it is asked both ways', async () => {
      await page().getByRole('radio', { name: 'Re-read' }).check();
      const exact = await ask('Question about the document', 'Who was the engineer?', 1);
      await exact.getByText(/^Re-read$/).waitFor();
      await exact.getByText(/^[1-9][\d,]* tokens of the document read again$/).waitFor();
      await exact
        .getByRole('button', { name: /^pages? \d/ })
        .first()
        .waitFor();
      await page().getByRole('radio', { name: 'From memory' }).check();
      const recalled = await ask('Question about the document', 'Where does it stand?', 2);
      await recalled.getByText('From memory of the document').waitFor();
      await recalled.getByText('0 tokens read again').waitFor();
    });

    await step('quit, and open again', async () => {
      await app.quit();
      await app.start();
      await page().getByRole('navigation').getByText(TITLE).first().click();
      await button('Read again…').waitFor(patient);
      expect(await answers().count()).toBe(2);
    });

    await step('an answer without a token of the document read again', async () => {
      await page().getByRole('radio', { name: 'From memory' }).check();
      const recalled = await ask('Question about the document', 'Is it old?', 3);
      await recalled.getByText('0 tokens read again').waitFor();
    });

    await step('the chats are there, and are exported', async () => {
      const chats = page().locator('nav a[href*="#/conversation/"]');
      expect(await chats.count()).toBe(2);
      await chats.last().click();
      await expect.poll(() => answers().count()).toBe(2);
      await page().getByText('And who keeps it?').waitFor();
      await exportAsMarkdown(chats.last().locator('xpath=..').getByRole('button'), (text) => {
        for (const said of ['What is a lighthouse?', 'And who keeps it?', firstAnswer]) expect(text).toContain(said);
      });
    });

    await step('the document is exported', async () => {
      await page().getByRole('navigation').getByText(TITLE).first().click();
      await button('Read again…').waitFor();
      await exportAsMarkdown(main().getByRole('button', { name: `Actions for “${TITLE}”` }), (text) => {
        expect(text).toContain('Who was the engineer?');
        expect(text).toContain('The Building of the Tower');
      });
    });

    await app.quit();
    expect(integrity()).toBe('ok');
    expect(app.complaints).toEqual([]);
  },
);

async function exportAsMarkdown(menu: Locator, check: (text: string) => void): Promise<void> {
  await menu.first().click();
  await page().getByRole('menuitem', { name: 'Export…' }).click();
  const download = page().waitForEvent('download');
  await button('Markdown').click();
  check(await readFile(await (await download).path(), 'utf8'));
}

/** What SQLite says of the database that the app has left behind. */
function integrity(): unknown {
  const file = readdirSync(data).find((name) => /\.(db|sqlite)$/.test(name));
  if (file === undefined) throw new Error(`There is no database in ${readdirSync(data).join(', ')}.`);
  const database = new DatabaseSync(join(data, file));
  const row = database.prepare('PRAGMA integrity_check').get();
  database.close();
  return row?.['integrity_check'];
}
