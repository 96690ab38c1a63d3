/** Conversations in a real browser, through the real server, with a scripted main side behind it. */
import type { Browser, Locator } from 'playwright';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { barriers } from './axe.ts';
import { launchBrowser } from './browser.ts';
import { openFake, type OpenFake, type OpenOptions } from './fake/openFake.ts';
import { addSamples, turns } from './fake/samples.ts';

let browser: Browser;
beforeAll(async () => {
  browser = await launchBrowser();
});
afterAll(() => browser.close());

let fake: OpenFake;
/** Set by tests that provoke complaints. */
let complaintsExpected = false;
afterEach(async () => {
  await fake.close();
  if (!complaintsExpected) expect(fake.complaints).toEqual([]);
  complaintsExpected = false;
});

async function open(options?: OpenOptions): Promise<void> {
  fake = await openFake(browser, options);
}

const field = (): Locator => fake.page.getByRole('textbox', { name: 'Message' });
const answers = (): Locator => fake.page.getByRole('article', { name: 'Anser' });
const button = (name: string): Locator => fake.page.getByRole('button', { name, exact: true });

async function ask(text: string): Promise<void> {
  await field().fill(text);
  await field().press('Enter');
}

/** Waits until the answer is there as a whole. */
async function finished(): Promise<void> {
  await answers().last().and(fake.page.locator('[aria-busy=false]')).waitFor();
  await button('Send').waitFor();
}

test('a first message becomes a conversation with an answer', async () => {
  await open();
  await fake.page.getByRole('heading', { name: 'Read whole documents, privately' }).waitFor();
  await ask('What is a lens?');
  await answers().getByText('version 1 of an answer to “What is a lens?”').waitFor();
  await finished();
  await fake.page
    .getByRole('link', { name: 'What is a lens?' })
    .and(fake.page.locator('[aria-current=page]'))
    .waitFor();
  await expect.poll(() => fake.page.title()).toBe('What is a lens? – Anser');
  await fake.page.getByRole('status').getByText('The answer is finished.').waitFor({ state: 'attached' });
  expect(await field().inputValue()).toBe('');
});

test('Markdown is shown, raw HTML is not', async () => {
  await open();
  await ask('something rich');
  await finished();
  await answers().getByRole('heading', { name: 'What the keeper wrote' }).waitFor();
  expect(await answers().getByRole('table').count()).toBe(1);
  expect(await answers().locator('.katex-display').count()).toBe(1);
  await answers().getByText("<script>alert('raw HTML is text')</script>").waitFor();
  await answers().locator('.hljs-keyword').first().waitFor();
});

test('a link shows where it leads before it opens', async () => {
  await open();
  await ask('something rich');
  await finished();
  const before = fake.page.url();
  await answers().getByRole('link', { name: 'the archive' }).click();
  const dialog = fake.page.getByRole('dialog', { name: 'Open this link?' });
  await dialog.getByText('https://example.org/lighthouse').waitFor();
  await fake.page.keyboard.press('Escape');
  await dialog.waitFor({ state: 'detached' });
  expect(fake.page.url()).toBe(before);
});

test('stopping keeps what was written', async () => {
  await open({ fake: { pieceMs: 4 } });
  await ask('a long story');
  await answers().getByText('bath of mercury').first().waitFor();
  await fake.page.keyboard.press('Escape');
  await answers().getByText('Stopped').waitFor();
  await finished();
  expect(fake.world.conversations.values().next().value?.messages.at(-1)).toMatchObject({ status: 'stopped' });
});

/** Enough for many pieces on a busy machine. */
const patient = { timeout: 30_000 };

test('the end is followed unless the user scrolled up', async () => {
  await open({ fake: { pieceMs: 4 } });
  await ask('a long story');
  const list = fake.page.locator('[data-virtuoso-scroller]');
  const fromEnd = (): Promise<number> =>
    list.evaluate((element: { scrollHeight: number; scrollTop: number; clientHeight: number }) =>
      Math.round(element.scrollHeight - element.scrollTop - element.clientHeight),
    );
  const height = (): Promise<number> => list.evaluate((element: { scrollHeight: number }) => element.scrollHeight);
  await expect.poll(height, patient).toBeGreaterThan(1500);
  await expect.poll(fromEnd).toBeLessThan(100);
  // Not `hover`: it waits until nothing moves.
  await fake.page.mouse.move(700, 300);
  await fake.page.mouse.wheel(0, -600);
  await expect.poll(fromEnd, patient).toBeGreaterThan(400);
  const before = await height();
  const at = await list.evaluate((element: { scrollTop: number }) => element.scrollTop);
  await expect.poll(height, patient).toBeGreaterThan(before + 200);
  expect(Math.abs((await list.evaluate((element: { scrollTop: number }) => element.scrollTop)) - at)).toBeLessThan(40);
  await button('To the end').click();
  await expect.poll(fromEnd).toBeLessThan(100);
  await button('Stop').click();
  await finished();
});

test('a long conversation opens at its end, and only a part of it is in the page', async () => {
  await open({ fill: (world) => void world.addConversation({ title: 'Long one', messages: turns(world, 2000) }) });
  await fake.page.getByRole('link', { name: 'Long one' }).click();
  await answers().last().getByRole('button', { name: 'Another answer' }).waitFor();
  await fake.page.locator('[data-index="1999"]').waitFor();
  await expect
    .poll(async () => {
      const box = await fake.page.locator('[data-index="1999"]').boundingBox();
      return box !== null && box.y + box.height < 700;
    })
    .toBe(true);
  expect(await fake.page.getByRole('article').count()).toBeLessThan(60);
});

test('another answer is a version beside the first', async () => {
  await open();
  await ask('Why?');
  await finished();
  await button('Another answer').click();
  await answers().getByText('version 2 of an answer').waitFor();
  await finished();
  await answers().getByText('2/2', { exact: true }).waitFor();
  await button('Previous version').click();
  await answers().getByText('version 1 of an answer').waitFor();
  await answers().getByText('1/2', { exact: true }).waitFor();
});

test('an edited question begins another branch, and the first one stays', async () => {
  await open();
  await ask('First wording');
  await finished();
  await fake.page.getByRole('article', { name: 'You' }).hover();
  await button('Edit').click();
  const edit = fake.page.getByRole('textbox', { name: 'Edit the message' });
  await edit.fill('Second wording');
  await edit.press('Enter');
  await answers().getByText('“Second wording”').waitFor();
  await finished();
  await button('Previous version').click();
  await answers().getByText('“First wording”').waitFor();
});

test('a fork goes on in a chat of its own', async () => {
  await open();
  await ask('Fork me');
  await finished();
  const first = fake.page.url();
  await button('Fork from here').click();
  await fake.page.getByText('A new chat goes on from here.').waitFor();
  expect(fake.page.url()).not.toBe(first);
  await answers().getByText('“Fork me”').waitFor();
  expect(fake.world.conversations.size).toBe(2);
});

test('a chat is renamed where it stands', async () => {
  await open({ fill: addSamples });
  await fake.page.getByRole('button', { name: 'Actions for “Notes on tides”' }).click();
  await fake.page.getByRole('menuitem', { name: 'Rename' }).click();
  await fake.page.getByRole('textbox', { name: 'Title of the chat' }).fill('Neap and spring');
  await fake.page.keyboard.press('Enter');
  await fake.page.getByRole('link', { name: 'Neap and spring' }).waitFor();
});

test('a deleted chat can be brought back', async () => {
  await open({ fill: addSamples });
  await fake.page.getByRole('link', { name: 'Notes on tides' }).click();
  await fake.page.getByRole('button', { name: 'Actions for “Notes on tides”' }).click();
  await fake.page.getByRole('menuitem', { name: 'Delete' }).click();
  await fake.page.getByRole('link', { name: 'Notes on tides' }).waitFor({ state: 'detached' });
  await fake.page.getByRole('heading', { name: 'What would you like to know?' }).waitFor();
  await button('Undo').click();
  await fake.page.getByRole('link', { name: 'Notes on tides' }).waitFor();
  await fake.page.getByRole('heading', { name: 'Notes on tides' }).waitFor();
});

test('a chat is moved into a new folder', async () => {
  await open({ fill: addSamples });
  await fake.page.getByRole('button', { name: 'Actions for “Notes on tides”' }).click();
  await fake.page.getByRole('menuitem', { name: 'Move to folder…' }).click();
  await fake.page.getByRole('textbox', { name: 'Name of the new folder' }).fill('Sea');
  await button('Create').click();
  await button('Sea').waitFor();
  await expect
    .poll(() => [...fake.world.conversations.values()].find(({ title }) => title === 'Notes on tides')?.folderId)
    .not.toBeNull();
});

test('a chat is exported as a file', async () => {
  await open({ fill: addSamples });
  await fake.page.getByRole('button', { name: 'Actions for “Notes on tides”' }).click();
  await fake.page.getByRole('menuitem', { name: 'Export…' }).click();
  const download = fake.page.waitForEvent('download');
  await button('Markdown').click();
  expect((await download).suggestedFilename()).toBe('chat.en.md');
});

test('what is exported speaks the language of the page', async () => {
  await open({ fill: addSamples, fake: { settings: { language: 'zh' } } });
  await fake.page.getByRole('button', { name: '“Notes on tides”的操作' }).click();
  await fake.page.getByRole('menuitem', { name: '导出…' }).click();
  const download = fake.page.waitForEvent('download');
  await button('HTML').click();
  expect((await download).suggestedFilename()).toBe('chat.zh.html');
});

test('the palette finds a message and goes to it', async () => {
  await open({ fill: (world) => void world.addConversation({ title: 'Long one', messages: turns(world, 80) }) });
  await fake.page.keyboard.press('Control+k');
  const query = fake.page.getByRole('combobox');
  await query.fill('question 7:');
  const option = fake.page.getByRole('option').filter({ has: fake.page.locator('mark', { hasText: 'Question 7:' }) });
  await option.waitFor();
  expect(await option.getAttribute('aria-selected')).toBe('true');
  await query.press('Enter');
  await query.waitFor({ state: 'detached' });
  const found = fake.page.getByRole('article', { name: 'You' }).getByText('Question 7:');
  await expect.poll(async () => (await found.boundingBox())?.y ?? -1).toBeGreaterThan(0);
});

test('the palette runs commands', async () => {
  await open();
  await fake.page.keyboard.press('Control+k');
  await fake.page.getByRole('combobox').fill('dark');
  await fake.page.keyboard.press('Enter');
  await fake.page.locator('html[data-theme=dark]').waitFor();
  await fake.page.keyboard.press('Control+b');
  await fake.page.getByRole('navigation').waitFor({ state: 'detached' });
});

test('shortcuts can be switched off', async () => {
  await open({ fake: { settings: { shortcutsEnabled: false, theme: 'dark' } } });
  // The settings are here.
  await fake.page.locator('html[data-theme="dark"]').waitFor({ state: 'attached' });
  await fake.page.keyboard.press('Control+b');
  await fake.page.getByRole('navigation').waitFor();
});

test('everything of a turn can be done by keyboard', async () => {
  await open();
  const { keyboard } = fake.page;
  const focused = (role: 'button' | 'menuitem' | 'menuitemradio' | 'link', name: string): Promise<void> =>
    fake.page.getByRole(role, { name, exact: true }).and(fake.page.locator(':focus')).waitFor();
  await keyboard.type('By keys');
  await keyboard.press('Shift+Enter');
  await keyboard.type('alone');
  await keyboard.press('Enter');
  await answers().getByText('“By keys alone”').waitFor();
  await finished();
  await field().and(fake.page.locator(':focus')).waitFor();
  await keyboard.press('Tab');
  await keyboard.press('ArrowDown');
  await focused('menuitemradio', 'Answers at once Fast and brief.');
  await keyboard.press('ArrowDown');
  await keyboard.press('Enter');
  await button('Thinks briefly').and(fake.page.locator(':focus')).waitFor();
  await keyboard.press('Shift+Tab');
  for (const name of ['Details', 'Save the state…', 'Fork from here', 'Another answer']) {
    await keyboard.press('Shift+Tab');
    await focused('button', name);
  }
  await keyboard.press('Enter');
  await answers().getByText('version 2 of an answer').waitFor();
  await answers().getByText('Thought for 12 sec').waitFor();
  await keyboard.press('Shift+Escape');
  await field().and(fake.page.locator(':focus')).waitFor();
  await keyboard.press('Control+Shift+O');
  await fake.page.getByRole('heading', { name: 'What would you like to know?' }).waitFor();
  await keyboard.press('Alt+PageDown');
  await answers().getByText('version 2 of an answer').waitFor();
});

test('without a model one sentence says so, and what was written stays', async () => {
  await open({ fake: { loaded: false } });
  await fake.page.getByText('No model is loaded yet.').waitFor();
  await ask('Is anyone there?');
  await fake.page.getByRole('alert').getByText('Load a model first.').waitFor();
  await expect.poll(() => field().inputValue()).toBe('Is anyone there?');
});

test('what sends a message is the user’s choice', async () => {
  await open({ fake: { settings: { sendWith: 'modEnter', theme: 'dark' } } });
  // The settings are here.
  await fake.page.locator('html[data-theme="dark"]').waitFor({ state: 'attached' });
  await field().pressSequentially('One');
  await field().press('Enter');
  await field().pressSequentially('Two');
  expect(await field().inputValue()).toBe('One\nTwo');
  await field().press('Control+Enter');
  await answers().getByText('version 1 of an answer').waitFor();
});

test('an answer about a document says what it rests on', async () => {
  const passage = { sectionIndex: 0, tokens: 9, startByte: 0, endByte: 9, startLine: 1, endLine: 2 };
  await open({
    fill: (world) => {
      const text = 'So it is written.';
      const passages = [{ ...passage, index: 4, sectionTitle: 'Oil' }];
      const basis = { basis: { mode: 'reread' as const, passages }, pages: [{ first: 3, last: 5 }], documentTokens: 9 };
      world.addConversation({ title: 'Asked', messages: [world.message({ role: 'assistant', text, basis })] });
    },
  });
  await fake.page.getByRole('link', { name: 'Asked' }).click();
  await answers().getByText('Re-read').waitFor();
  await answers().getByText('pages 3–5').waitFor();
});

test('a chat that has to be read again says why, and what that takes', async () => {
  const ahead = {
    reason: 'other-model',
    modelName: 'RWKV-7 G1 1.5B',
    tokens: 12_345,
    seconds: 31,
    whole: false,
  } as const;
  await open({
    fill: (world) => {
      addSamples(world);
      world.replayAhead = ahead;
    },
  });
  await fake.page.getByRole('link', { name: 'Notes on tides' }).click();
  const notice = fake.page.getByRole('status').filter({ hasText: 'belongs to RWKV-7 G1 1.5B' });
  await notice.getByText('read again: 12,345 tokens, about 31 sec. What the state knew of a document').waitFor();
  expect(await barriers(fake.page)).toEqual([]);
  fake.world.replayAhead = null;
  await ask('Go on');
  await finished();
  await notice.waitFor({ state: 'detached' });
});

test('a failed answer says why', async () => {
  await open();
  await ask('please fail');
  await answers().getByText('The GPU stopped responding.').waitFor();
  await finished();
});

test('a draft outlives the page', async () => {
  await open({ fill: addSamples });
  await fake.page.getByRole('link', { name: 'Notes on tides' }).click();
  await fake.page.getByRole('heading', { name: 'Notes on tides' }).waitFor();
  await field().fill('half a thought');
  await expect
    .poll(() => [...fake.world.conversations.values()].some(({ draft }) => draft === 'half a thought'), patient)
    .toBe(true);
  await fake.page.reload();
  await expect.poll(() => field().inputValue()).toBe('half a thought');
});

test('an answer goes on while another view is shown', async () => {
  await open({ fake: { pieceMs: 3 } });
  await ask('something rich');
  await answers().getByText('The log has').waitFor();
  await fake.page.getByRole('link', { name: 'Settings' }).click();
  await answers().waitFor({ state: 'detached' });
  await fake.page.goBack();
  await finished();
  await answers().locator('.katex-display').waitFor();
});

test('what was found is shown in a conversation that is open already', async () => {
  await open({ fill: (world) => void world.addConversation({ title: 'Long one', messages: turns(world, 200) }) });
  await fake.page.getByRole('link', { name: 'Long one' }).click();
  await fake.page.locator('[data-index="199"]').waitFor();
  await fake.page.keyboard.press('Control+k');
  await fake.page.getByRole('combobox').fill('question 31:');
  await fake.page.getByRole('option').filter({ hasText: 'Question 31:' }).click();
  await fake.page.getByRole('article', { name: 'You' }).getByText('Question 31:').waitFor();
});

test('says that the engine was restarted, and that the line is cut', async () => {
  complaintsExpected = true;
  await open();
  fake.world.emit({ type: 'engine-restarted', interrupted: 'answer' });
  const status = fake.page.getByRole('main').getByRole('status');
  await status.getByText('What was written of the answer is kept.').waitFor();
  await status.getByRole('button', { name: 'Close' }).click();
  await status.getByText('What was written of the answer is kept.').waitFor({ state: 'detached' });
  await fake.stopServer();
  await status.getByText('The connection to Anser was lost.').waitFor();
});

test('files that hover over the window are welcome', async () => {
  await open();
  const drag = (type: string): Promise<void> =>
    fake.page.evaluate(`{
      const dataTransfer = new DataTransfer();
      dataTransfer.items.add(new File(['text'], 'a.txt'));
      document.body.dispatchEvent(new DragEvent('${type}', { dataTransfer, bubbles: true, cancelable: true }));
    }`);
  const overlay = fake.page.getByText('Drop to add to your documents');
  await drag('dragenter');
  await drag('dragenter');
  await drag('dragleave');
  await overlay.waitFor();
  await drag('dragleave');
  await overlay.waitFor({ state: 'detached' });
  await drag('dragenter');
  await drag('drop');
  await overlay.waitFor({ state: 'detached' });
});

test('in a narrow window the sidebar makes way', async () => {
  await open({ fill: addSamples, context: { viewport: { width: 700, height: 800 } } });
  await fake.page.getByRole('navigation').waitFor({ state: 'detached' });
  await button('Show the sidebar').click();
  await fake.page.getByRole('link', { name: 'Notes on tides' }).click();
  await fake.page.getByRole('navigation').waitFor({ state: 'detached' });
  await fake.page.getByRole('heading', { name: 'Notes on tides' }).waitFor();
});

test.each([
  ['en-GB', 'en'],
  ['zh-CN', 'zh-CN'],
  ['de-DE', 'en'],
])('speaks to a user of %s in %s', async (locale, language) => {
  await open({ context: { locale } });
  await expect.poll(() => fake.page.locator('html').getAttribute('lang')).toBe(language);
  await fake.page.getByRole('heading', { name: language === 'en' ? 'Read whole' : '通读整篇文档' }).waitFor();
});

test('runs no inline script: the security policy is in force', async () => {
  complaintsExpected = true;
  await open();
  await fake.page.evaluate(`{
    const script = document.createElement('script');
    script.textContent = 'document.title = "broken in"';
    document.body.append(script);
  }`);
  expect(await fake.page.title()).not.toBe('broken in');
  expect(fake.complaints.join()).toContain('Content Security Policy');
});

const appearances = (['light', 'dark'] as const).flatMap((colorScheme) =>
  ['en-GB', 'zh-CN'].map((locale) => ({ colorScheme, locale })),
);
test.each(appearances)('no barriers in $colorScheme for $locale', async (context) => {
  await open({ context: { ...context, reducedMotion: 'reduce' } });
  const { page } = fake;
  await page.locator('.starter').first().waitFor();
  expect(await barriers(page)).toEqual([]);
  addSamples(fake.world);
  await page.locator('.nav-row', { hasText: 'What the keeper' }).click();
  await page.locator('.markdown').waitFor();
  await page.locator('.thoughts summary').click();
  await page.locator('.message-answer .icon-button').last().click();
  expect(await barriers(page)).toEqual([]);
  await page.locator('.think-menu').click();
  expect(await barriers(page)).toEqual([]);
  await page.keyboard.press('Escape');
  await page.locator('.composer-row > .icon-button').first().click();
  await page.locator('dialog').waitFor();
  expect(await barriers(page)).toEqual([]);
  await page.keyboard.press('Escape');
  await page.keyboard.press('Control+k');
  await page.getByRole('combobox').fill('keeper');
  await page.locator('.palette mark').first().waitFor();
  expect(await barriers(page)).toEqual([]);
});
