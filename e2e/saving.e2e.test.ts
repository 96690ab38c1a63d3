/** Saving the state after an answer by name, in a real browser with a scripted main side behind it. */
import type { Locator } from 'playwright';
import { expect, test } from 'vitest';
import { barriers } from './axe.ts';
import { turns } from './fake/samples.ts';
import type { World } from './fake/world.ts';
import { fakeTests } from './fakeTests.ts';

const tests = fakeTests();
const { button } = tests;

const TITLE = 'Notes on tides';
const SAVE = 'Save the state…';
const dialog = (name = 'Save what the model remembers'): Locator => tests.page.getByRole('dialog', { name });
const nameField = (): Locator => dialog().getByRole('textbox', { name: 'Name' });
const answers = (): Locator => tests.page.getByRole('article', { name: 'Anser' });
const focused = (locator: Locator): Promise<void> => locator.and(tests.page.locator(':focus')).waitFor();
const states = () => [...tests.world.library.states.values()];

/** Opens a chat of two answers. */
async function openChat(change: (world: World) => void = () => undefined, pieceMs = 8): Promise<void> {
  let id = '';
  const fill = (world: World): void => {
    ({ id } = world.addConversation({ title: TITLE, messages: turns(world, 4) }));
    change(world);
  };
  const page = await tests.open('#/chat', { fill, fake: { pieceMs } });
  await page.evaluate(`location.hash = '#/conversation/${id}'`);
  await page.getByRole('heading', { name: TITLE, level: 1 }).waitFor();
  await answers().last().waitFor();
}

const saveLast = (): Locator => answers().last().getByRole('button', { name: SAVE });

test('an answer’s state is saved by name, with tags, and shown where it is', async () => {
  await openChat();
  await saveLast().click();
  await focused(nameField());
  expect(await nameField().inputValue()).toBe(TITLE);
  expect(await barriers(tests.page)).toEqual([]);
  await tests.page.keyboard.type('Tides so far');
  await dialog().getByRole('textbox', { name: 'Tags' }).fill('sea, 1890');
  await tests.page.keyboard.press('Enter');
  await dialog().waitFor({ state: 'detached' });
  await focused(saveLast());
  await tests.page.getByText('“Tides so far” was saved.').waitFor();
  expect(states()).toMatchObject([{ name: 'Tides so far', tags: ['sea', '1890'] }]);
  await button('Show').click();
  const row = tests.page.getByRole('listitem').filter({ hasText: 'Tides so far' });
  await row.getByRole('link', { name: TITLE }).waitFor();
  await row.getByText('21.6 MB').waitFor();
});

test('any answer can be saved, Escape cancels, and a name is needed', async () => {
  await openChat();
  const first = answers().first();
  await first.hover();
  const save = first.getByRole('button', { name: SAVE });
  await save.click();
  await nameField().fill(' ');
  await dialog().getByText('A state needs a name.').waitFor();
  expect(await dialog().getByRole('button', { name: 'Save' }).isDisabled()).toBe(true);
  await tests.page.keyboard.press('Enter');
  await tests.page.keyboard.press('Escape');
  await dialog().waitFor({ state: 'detached' });
  await focused(save);
  expect(states()).toEqual([]);
});

test('Enter that takes what an input method offers does not save', async () => {
  await openChat();
  await saveLast().click();
  await focused(nameField());
  const taken = await nameField().evaluate(
    (field: { dispatchEvent(event: unknown): boolean }) =>
      !field.dispatchEvent(
        new (globalThis as unknown as { KeyboardEvent: new (type: string, init: object) => unknown }).KeyboardEvent(
          'keydown',
          { key: 'Enter', isComposing: true, bubbles: true, cancelable: true },
        ),
      ),
  );
  expect(taken).toBe(true);
  expect(await dialog().count()).toBe(1);
  expect(states()).toEqual([]);
});

test('the palette saves the last answer of the chat that is shown', async () => {
  await openChat();
  const { keyboard } = tests.page;
  const field = tests.page.getByRole('textbox', { name: 'Message' });
  await field.focus();
  await keyboard.press('Control+k');
  await tests.page.getByRole('combobox', { name: /^Search/ }).fill('save the state');
  await tests.page.getByRole('option', { name: 'Save the state of this chat…' }).waitFor();
  await keyboard.press('Enter');
  await focused(nameField());
  await keyboard.press('Enter');
  await tests.page.getByText(`“${TITLE}” was saved.`).waitFor();
  await focused(field);
  await tests.page.evaluate(`location.hash = '#/settings'`);
  await tests.page.getByRole('heading', { name: 'Settings', level: 1 }).waitFor();
  await keyboard.press('Control+k');
  await tests.page.getByRole('combobox', { name: /^Search/ }).fill('save the state');
  await tests.page.getByText('Nothing was found').first().waitFor();
});

test('what is still being written cannot be saved', async () => {
  await openChat(undefined, 20);
  await tests.page.getByRole('textbox', { name: 'Message' }).fill('a long story');
  await tests.page.keyboard.press('Enter');
  await answers().and(tests.page.locator('[aria-busy=true]')).waitFor();
  expect(await answers().last().getByRole('button', { name: SAVE }).count()).toBe(0);
  await tests.page.keyboard.press('Control+k');
  await tests.page.getByRole('combobox', { name: /^Search/ }).fill('save the state');
  await tests.page.getByText('Nothing was found').first().waitFor();
  await tests.page.keyboard.press('Escape');
  await button('Stop').click();
  await saveLast().waitFor();
});

test('a failure is explained where the name stands, and can be tried again', async () => {
  await openChat((world) => {
    world.saveFault = { code: 'disk-full', message: 'ENOSPC: no space left on device' };
  });
  await saveLast().click();
  await nameField().fill('Tides so far');
  await tests.page.keyboard.press('Enter');
  await dialog().getByRole('alert').getByText('Free some space, then try again.').waitFor();
  expect(await nameField().inputValue()).toBe('Tides so far');
  tests.world.saveFault = null;
  await dialog().getByRole('button', { name: 'Save' }).click();
  await tests.page.getByText('“Tides so far” was saved.').waitFor();
});

const withoutStates = (world: World): void => {
  for (const { id, messages } of world.conversations.values())
    world.change(id, { messages: messages.map((message) => ({ ...message, hasState: false })) });
  world.rereadAhead = { tokens: 1234, seconds: 41, whole: true };
};
const gone = (): Locator => dialog('This state is not kept any more');

test('a state that made room says so, with what reading it again takes, and forks', async () => {
  await openChat(withoutStates);
  await saveLast().click();
  await gone().getByText('That reads 1,234 tokens again, about 41 sec.').waitFor();
  expect(await barriers(tests.page)).toEqual([]);
  await tests.page.keyboard.press('Escape');
  await gone().waitFor({ state: 'detached' });
  await focused(saveLast());
  await saveLast().click();
  await gone().getByRole('button', { name: 'Fork from here' }).click();
  await tests.page.getByText('A new chat goes on from here.').waitFor();
  expect(tests.world.conversations.size).toBe(2);
});

test('so does one that turns out to be gone; without a model, nobody knows how much that is', async () => {
  await openChat((world) => {
    world.engine = { type: 'empty' };
    world.saveFault = { code: 'snapshot-missing', message: 'The snapshot turn-1 is not there.' };
  });
  await saveLast().click();
  await focused(nameField());
  await tests.page.keyboard.press('Enter');
  await gone().getByText('can be told once a model is loaded').waitFor();
  await tests.page.keyboard.press('Escape');
  await focused(saveLast());
});

test('in Chinese, too', async () => {
  const page = await tests.open('#/chat', {
    fill: (world) => void world.addConversation({ title: '灯塔', messages: turns(world, 2) }),
    fake: { settings: { language: 'zh' } },
  });
  await page.getByRole('link', { name: '灯塔' }).click();
  await button('保存状态…').click();
  await tests.page.getByRole('dialog', { name: '保存模型的记忆' }).waitFor();
  await focused(page.getByRole('textbox', { name: '名称' }));
  await page.keyboard.press('Enter');
  await page.getByText('已保存“灯塔”。').waitFor();
});
