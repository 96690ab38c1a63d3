/** What is said while the model is still being loaded: it waits where it can be seen, and is sent when the model is there. */
import type { Locator } from 'playwright';
import { expect, test } from 'vitest';
import { barriers } from './axe.ts';
import { addDocument } from './fake/documents.ts';
import { lighthouse } from './fake/lighthouse.ts';
import { turns } from './fake/samples.ts';
import { LOADED, LOADING, type World } from './fake/world.ts';
import { fakeTests } from './fakeTests.ts';

const tests = fakeTests();
const { button } = tests;

const WAITS = 'Your message is sent as soon as the model is ready:';
const field = (name = 'Message'): Locator => tests.page.getByRole('textbox', { name });
const answers = (): Locator => tests.page.getByRole('article', { name: 'Anser' });
const notice = (words = WAITS): Locator => tests.page.getByRole('status').filter({ hasText: words });
const messages = () => [...tests.world.conversations.values()].flatMap((one) => one.messages.map(({ text }) => text));

/** Opens the window while a model is being loaded. */
const open = (hash: string, change: (world: World) => void = () => undefined) =>
  tests.open(hash, {
    fill: (world) => {
      world.engine = LOADING;
      change(world);
    },
  });

async function say(text: string, where = field()): Promise<void> {
  await tests.page.getByText('The model is being loaded.').last().waitFor();
  await where.fill(text);
  await where.press('Enter');
}

test('a first message waits, and is sent when the model is there', async () => {
  const page = await open('#/chat');
  await say('Is anyone there?');
  await notice().getByText('Is anyone there?').waitFor();
  expect(await field().inputValue()).toBe('');
  expect(messages()).toEqual([]);
  expect(await barriers(page)).toEqual([]);
  tests.world.setEngine(LOADED);
  await answers().getByText('version 1 of an answer to “Is anyone there?”').waitFor();
  await notice().waitFor({ state: 'detached' });
  expect(await field().inputValue()).toBe('');
});

test('it can be taken back; what was written meanwhile stays', async () => {
  await open('#/chat');
  await say('Is anyone there?');
  await notice().waitFor();
  await field().fill('One more thing');
  await button('Cancel').click();
  await notice().waitFor({ state: 'detached' });
  await field().and(tests.page.locator(':focus')).waitFor();
  await expect.poll(() => field().inputValue()).toBe('Is anyone there?\n\nOne more thing');
  tests.world.setEngine(LOADED);
  await tests.page.getByText('The model is being loaded.').waitFor({ state: 'detached' });
  expect(messages()).toEqual([]);
  await field().press('Enter');
  await answers().getByText('One more thing').waitFor();
});

test('it outlives the page', async () => {
  await open('#/chat');
  await say('Is anyone there?');
  await notice().waitFor();
  await expect.poll(() => [...tests.world.conversations.values()][0]?.draft).toBe('Is anyone there?');
  await tests.page.reload();
  await expect.poll(() => field().inputValue()).toBe('Is anyone there?');
});

test('a loading that fails gives it back, and says why', async () => {
  await open('#/chat');
  await say('Is anyone there?');
  await notice().waitFor();
  tests.world.setEngine({ type: 'failed', error: { code: 'out-of-memory', message: 'no room' } });
  await tests.page.getByRole('alert').getByText('There is not enough memory.').waitFor();
  await expect.poll(() => field().inputValue()).toBe('Is anyone there?');
});

test('another answer waits, and so does an edited message, whose words are kept', async () => {
  const page = await open(
    '#/chat',
    (world) => void world.addConversation({ title: 'Tides', messages: turns(world, 2) }),
  );
  await page.getByRole('link', { name: 'Tides' }).click();
  await button('Another answer').click();
  await notice('The answer is written as soon as the model is ready.').waitFor();
  await button('Cancel').click();
  await page.getByRole('article', { name: 'You' }).hover();
  await button('Edit').click();
  const edit = page.getByRole('textbox', { name: 'Edit the message' });
  await edit.fill('Other words');
  await edit.press('Enter');
  await notice().getByText('Other words').waitFor();
  await page.locator('.waiting-message').getByRole('button', { name: 'Cancel' }).click();
  await notice().waitFor({ state: 'detached' });
  expect(await edit.inputValue()).toBe('Other words');
  tests.world.setEngine(LOADED);
  await edit.press('Enter');
  await answers().getByText('“Other words”').waitFor();
  await edit.waitFor({ state: 'detached' });
});

test('a question about a document waits, too', async () => {
  const page = await open('#/documents', (world) => void addDocument(world, 'light.md', lighthouse));
  await page.getByRole('main').getByRole('link', { name: 'The light at Oake Point' }).click();
  await say('Who keeps it?', field('Question about the document'));
  await notice().getByText('Who keeps it?').waitFor();
  tests.world.setEngine(LOADED);
  await answers().last().waitFor();
  await notice().waitFor({ state: 'detached' });
});
