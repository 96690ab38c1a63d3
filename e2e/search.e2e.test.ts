/** The search over everything, in a real browser: by kinds, by keyboard, in both languages, without barriers. */
import { expect, test } from 'vitest';
import { barriers } from './axe.ts';
import { addDocument } from './fake/documents.ts';
import { addLibrarySamples } from './fake/librarySamples.ts';
import { addSamples, turns } from './fake/samples.ts';
import type { World } from './fake/world.ts';
import { fakeTests } from './fakeTests.ts';

const tests = fakeTests();
const { open } = tests;

function fill(world: World): void {
  addSamples(world);
  addLibrarySamples(world);
  addDocument(world, 'marks.txt', 'First page.\n<img src=x onerror=alert(1)> of whales, 鲸鱼。\nLast page.');
}

async function searched(query: string, options: Parameters<typeof open>[1] = {}) {
  const page = await open('#/chat', { fill, ...options });
  await page.keyboard.press('Control+k');
  await page.getByRole('combobox').fill(query);
  return page;
}
const group = (name: string | RegExp) => tests.page.getByRole('group', { name });

test('a hit in a document opens its page with the words marked', async () => {
  const page = await searched('of whales');
  const option = group('Text of documents (1)').getByRole('option');
  await option.getByText('page 2').waitFor();
  // Shown as text, whatever it looks like.
  await option.getByText('<img src=x onerror=alert(1)>').waitFor();
  await page.keyboard.press('Enter');
  const dialog = page.getByRole('dialog', { name: 'From the document, page 2' });
  await dialog.locator('mark', { hasText: 'of whales' }).waitFor();
  expect(await dialog.locator('img').count()).toBe(0);
  await page.getByRole('heading', { name: 'marks.txt', level: 1 }).waitFor({ state: 'attached' });
  expect(await barriers(page)).toEqual([]);
  await page.reload();
  await dialog.locator('mark', { hasText: 'of whales' }).waitFor();
  await page.keyboard.press('Escape');
  await dialog.waitFor({ state: 'detached' });
  expect(new URL(page.url()).hash).toMatch(/^#\/document\/[^/]+$/u);
});

test('two characters of Chinese are enough, and the kinds have Chinese names', async () => {
  const page = await searched('鲸鱼', { fake: { settings: { language: 'zh' } } });
  await group('文档正文（1）').getByRole('option').getByText('第 2 页').waitFor();
  expect(await barriers(page)).toEqual([]);
  await page.keyboard.press('Enter');
  await page.getByRole('dialog', { name: '文档原文，第 2 页' }).locator('mark', { hasText: '鲸鱼' }).waitFor();
});

test('hits stand in groups that tell how many there are, and more of one kind is shown on demand', async () => {
  const page = await searched('question', {
    fill: (world) => void world.addConversation({ title: 'A question', messages: turns(world, 40) }),
  });
  const messages = group('Messages (20)');
  await group('Chats (1)').getByRole('option').waitFor();
  expect(await messages.getByRole('option').count()).toBe(6);
  await page.getByRole('status').filter({ hasText: '21 results' }).waitFor({ state: 'attached' });
  await page.keyboard.press('ArrowUp');
  await messages
    .getByRole('option', { name: 'Show more: Messages' })
    .and(page.locator('[aria-selected=true]'))
    .waitFor();
  await page.keyboard.press('Enter');
  await expect.poll(() => messages.getByRole('option').count()).toBe(20);
  await group('Chats (1)').waitFor({ state: 'detached' });
  expect(await messages.getByRole('option').first().getAttribute('aria-selected')).toBe('true');
  await page.getByRole('combobox').fill('A question');
  await group('Chats (1)').waitFor();
});

test('a question about a document is shown with the document, also where there is room for one of them only', async () => {
  const page = await searched('question 7:', {
    context: { viewport: { width: 640, height: 700 } },
    fill: (world) => {
      const { conversationId } = addDocument(world, 'asked.txt', 'Of whales.');
      const messages = turns(world, 60);
      world.change(conversationId, { messages, headId: messages.at(-1)?.id ?? null });
    },
  });
  await group('Questions about documents (1)').getByRole('option').click();
  await page.getByRole('heading', { name: 'asked.txt', level: 1 }).waitFor();
  const question = page.getByRole('article', { name: 'You' }).getByText('Question 7:');
  await expect.poll(async () => (await question.boundingBox())?.y ?? -1).toBeGreaterThan(0);
});

test('a saved state is found by its tag, and shown in its list', async () => {
  const page = await searched('optics');
  await group('Saved states (1)').getByRole('option').waitFor();
  await page.keyboard.press('Enter');
  await page.locator('li[aria-current=true]').getByRole('heading', { name: 'Notes on lenses' }).waitFor();
  expect(await barriers(page)).toEqual([]);
});

test('a folder is shown in the sidebar, unfolded and with the focus, also when the sidebar was hidden', async () => {
  const page = await open('#/chat', { fill });
  const folder = page.getByRole('navigation').getByRole('button', { name: 'Lighthouses', exact: true });
  await folder.click();
  expect(await folder.getAttribute('aria-expanded')).toBe('false');
  for (const hide of [false, true]) {
    if (hide) await page.keyboard.press('Control+b');
    await page.keyboard.press('Control+k');
    await page.getByRole('combobox').fill('lighthouses');
    await group('Folders (1)').getByRole('option').click();
    await folder.and(page.locator(':focus')).waitFor();
    expect(await folder.getAttribute('aria-expanded')).toBe('true');
  }
});
