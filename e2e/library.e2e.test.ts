/** Saved states, models, settings, and what was deleted, in a real browser. */
import { expect, test } from 'vitest';
import { barriers } from './axe.ts';
import { lighthouse } from './fake/lighthouse.ts';
import { addDocument } from './fake/documents.ts';
import { addLibrarySamples } from './fake/librarySamples.ts';
import { addSamples } from './fake/samples.ts';
import { fakeTests } from './fakeTests.ts';

const tests = fakeTests();
const { open, button } = tests;

const samples = { fill: addLibrarySamples };
const patient = { timeout: 30_000 };
const row = (title: string) =>
  tests.page.getByRole('listitem').filter({ has: tests.page.getByRole('heading', { name: title }) });
const dialog = (name: string) => tests.page.getByRole('dialog', { name });

test('a state opens as a new chat', async () => {
  const page = await open('#/states', samples);
  await row('Harbour Act').getByText('214,870 tokens').waitFor();
  await button('Open “Harbour Act, read to the end” as a new chat').click();
  await page.getByRole('heading', { name: 'Harbour Act, read to the end', level: 1 }).waitFor();
});

test('a state gets another name and tags', async () => {
  const page = await open('#/states', samples);
  await button('Actions for “Notes on lenses”').click();
  await page.getByRole('menuitem', { name: 'Name and tags…' }).click();
  await page.getByRole('textbox', { name: 'Name' }).fill('');
  await page.getByText('A state needs a name.').waitFor();
  await page.getByRole('textbox', { name: 'Name' }).fill('On lenses');
  await page.getByRole('textbox', { name: 'Tags' }).fill('optics, 1890');
  await page.keyboard.press('Enter');
  await row('On lenses').getByText('1890').waitFor();
});

test('a state is duplicated, and deleting it names what goes', async () => {
  const page = await open('#/states', samples);
  await button('Actions for “An old one”').click();
  await page.getByRole('menuitem', { name: 'Duplicate' }).click();
  await row('An old one (2)').waitFor();
  await button('Actions for “An old one (2)”').click();
  await page.getByRole('menuitem', { name: 'Delete…' }).click();
  await dialog('Delete “An old one (2)”?').getByText('(21.6 MB) is deleted for good').waitFor();
  await button('Delete for good').click();
  await row('An old one (2)').waitFor({ state: 'detached' });
});

test('a state is exported as a file, and comes back from it', async () => {
  const page = await open('#/states', samples);
  await button('Actions for “Notes on lenses”').click();
  const downloading = page.waitForEvent('download');
  await page.getByRole('menuitem', { name: 'Export as a bundle' }).click();
  const download = await downloading;
  expect(download.suggestedFilename()).toBe('Notes on lenses.anser');
  await page
    .locator('input[data-files=bundle]')
    .setInputFiles({ name: 'Brought along.anser', mimeType: '', buffer: Buffer.from('bundle') });
  await row('Brought along').waitFor();
});

test('a state of another model says so, and can be replayed', async () => {
  const page = await open('#/states', samples);
  expect(await button('Open “Notes on lenses” as a new chat').isDisabled()).toBe(true);
  await row('Notes on lenses').getByText('Only RWKV-7 G1 1.5B can go on from it.').waitFor();
  await row('An old one').getByText('it cannot be replayed').waitFor();
  await button('Replay…').click();
  await dialog('Replay its text?').getByText('That takes about 44 sec.').waitFor();
  await button('Replay').click();
  await page.getByRole('heading', { name: 'Notes on lenses, replayed', level: 1 }).waitFor();
});

test('a model is loaded in the precision that fits, and unloaded', async () => {
  const page = await open('#/models', samples);
  const model = page.getByRole('list', { name: 'Models on this machine' }).getByRole('listitem').nth(1);
  await page.getByText('Memory of the GPU: 8.59 GB').waitFor();
  await model.getByText('fits', { exact: true }).waitFor();
  const precision = page.getByRole('combobox', { name: 'Precision for RWKV-7 G1 2.9B' });
  expect(await precision.inputValue()).toBe('int4');
  await precision.selectOption('source');
  await model.getByText('too big', { exact: true }).waitFor();
  await button('Unload').click();
  await page.getByText('No model is loaded.', { exact: true }).waitFor();
  await button('Load Anser Demo').click();
  await button('Unload').waitFor(patient);
});

test('where the memory is not known, each model says what size it is for', async () => {
  const page = await open('#/models', {
    fill: (world) => {
      addLibrarySamples(world);
      world.library.memory = null;
      for (const [id, model] of world.library.models)
        world.library.models.set(id, { ...model, fits: model.fits.map((one) => ({ ...one, fit: 'unknown' })) });
    },
  });
  await page.getByText('How much memory the GPU has is not known. For each').waitFor();
  const model = page.getByRole('list', { name: 'Models on this machine' }).getByRole('listitem').nth(1);
  await model.getByText('for 8 GB or more', { exact: true }).waitFor();
});

test('a model file is added by its path, a wrong one is explained', async () => {
  const page = await open('#/models', samples);
  await button('Add a model file').click();
  const path = page.getByRole('textbox', { name: 'Path of the file' });
  await path.fill('/home/me/photo.png');
  await button('Add').click();
  await page.getByRole('alert').getByText('The model file cannot be read.').waitFor();
  await path.fill('/home/me/mine.gguf');
  await page.getByRole('radio', { name: /Copy it/ }).check();
  await button('Add').click();
  await page.getByText('was added.').waitFor();
  await page.getByText('mine.gguf').first().waitFor();
});

test('a copy whose name is taken is asked about; the loaded one is not replaced', async () => {
  const page = await open('#/models', samples);
  const copy = async (path: string): Promise<void> => {
    await button('Add a model file').click();
    await page.getByRole('textbox', { name: 'Path of the file' }).fill(path);
    await page.getByRole('radio', { name: /Copy it/ }).check();
    await button('Add').click();
    await dialog('That name is taken').waitFor();
  };
  await copy('/home/me/rwkv7-g1-2.9b.safetensors');
  expect(await barriers(page)).toEqual([]);
  await button('Keep both').click();
  await page.getByText('rwkv7-g1-2.9b (2).safetensors').waitFor();
  await copy('/home/me/anser-demo-q8_0.gguf');
  await button('Replace it').click();
  await page.getByRole('alert').getByText('The file that would be replaced is loaded.').waitFor();
});

test('a model leaves the list; deleting its file is asked for', async () => {
  const page = await open('#/models', samples);
  await button('Actions for “RWKV-7 G1 2.9B”').click();
  await page.getByRole('menuitem', { name: 'Remove from the list…' }).click();
  await dialog('Remove “RWKV-7 G1 2.9B”?').getByText('The file (5.9 GB)').waitFor();
  await button('Keep the file').click();
  await page.getByText('was removed from the list.').waitFor();
});

test('a download runs, pauses, goes on and is ready', async () => {
  const page = await open('#/models', { ...samples, fake: { pieceMs: 20 } });
  const name = 'rwkv7-g1-1.5b.safetensors';
  await button('Download RWKV-7 G1 1.5B').click();
  await page.getByText('12.5 MB/s').waitFor();
  await button(`Pause ${name}`).click();
  await row(name).getByText('Paused').waitFor();
  await button(`Resume ${name}`).click();
  await row(name).getByText('Checking the file…').waitFor(patient);
  await row(name).getByText('Ready').waitFor(patient);
  await row(name).getByText('it is the file that the publisher’s hash names').waitFor();
});

test('cancelling a download says what goes', async () => {
  const page = await open('#/models', samples);
  await button('Cancel rwkv7-g1-0.4b.safetensors').click();
  await page.getByText('The part that is here (410 MB) is deleted.').waitFor();
  await button('Cancel download').click();
  await row('rwkv7-g1-0.4b.safetensors').waitFor({ state: 'detached' });
});

test('language and appearance change at once', async () => {
  const page = await open('#/settings');
  await page.getByRole('combobox', { name: 'Appearance' }).selectOption('dark');
  await page.getByText('Saved', { exact: true }).waitFor();
  expect(await page.locator('html').getAttribute('data-theme')).toBe('dark');
  await page.getByRole('combobox', { name: 'Language' }).selectOption('zh');
  await page.getByRole('heading', { name: '设置', level: 1 }).waitFor();
  expect(await page.locator('html').getAttribute('lang')).toBe('zh-CN');
  expect(tests.world.settings).toMatchObject({ theme: 'dark', language: 'zh' });
});

test('settings that were damaged are not lost in silence', async () => {
  const page = await open('#/settings');
  tests.world.emit({ type: 'put-aside', paths: ['/home/user/.anser/settings.json.damaged'] });
  const banner = page.getByRole('status').filter({ hasText: 'the file itself is kept: /home/user/.anser/settings' });
  await banner.waitFor();
  await banner.getByRole('button', { name: 'Close' }).click();
  await banner.waitFor({ state: 'detached' });
});

test('numbers that cannot be are explained and not saved', async () => {
  const page = await open('#/settings');
  const every = page.getByRole('textbox', { name: /Save the state while reading/ });
  await every.fill('900');
  await page.getByText('Enter a number from 1 to 600.').waitFor();
  await every.press('Enter');
  expect(tests.world.settings.snapshotEverySeconds).toBe(30);
  await every.fill('12');
  await every.press('Enter');
  await expect.poll(() => tests.world.settings.snapshotEverySeconds).toBe(12);
  const proxy = page.getByRole('textbox', { name: 'Proxy' });
  await proxy.fill('somewhere');
  await page.getByText('Enter an address like').waitFor();
  await proxy.press('Escape');
  expect(await proxy.inputValue()).toBe('');
});

test('sampling numbers of the user’s own are kept', async () => {
  const page = await open('#/settings');
  await page.getByRole('combobox', { name: 'Style of answers' }).selectOption('custom');
  const temperature = page.getByRole('textbox', { name: 'Temperature' });
  await temperature.fill('0.3');
  await temperature.press('Enter');
  await expect.poll(() => tests.world.settings.sampling.custom?.temperature).toBe(0.3);
});

test('every address and every shortcut is listed', async () => {
  const page = await open('#/privacy');
  const host = page.getByRole('cell', { name: 'huggingface.co *.huggingface.co' }).getByText('huggingface.co').first();
  // In one line, whatever the table's other column needs.
  expect((await host.boundingBox())?.height).toBeLessThan(30);
  await page.getByRole('cell', { name: 'hf.co *.hf.co', exact: true }).waitFor();
  await page.getByText('Anser follows only to a host of this table').waitFor();
  await page.evaluate(`location.hash = '#/shortcuts'`);
  await page.getByRole('row', { name: /Search and run commands Ctrl\+K/ }).waitFor();
});

test('what was deleted is restored, or deleted for good', async () => {
  const page = await open('#/bin', {
    fill: (world) => {
      addSamples(world);
      addDocument(world, 'light.md', lighthouse, { deletedAt: world.now() });
      for (const { id, title } of world.conversations.values())
        if (title === 'Notes on tides') world.change(id, { deletedAt: world.now() });
    },
  });
  await row('The light at Oake Point').getByText('erased in 30 days').waitFor();
  await button('Restore “The light at Oake Point”').click();
  await page.getByText('“The light at Oake Point” was restored.').waitFor();
  await button('Delete for good: “Notes on tides”').click();
  await page.getByText('All its messages and the states behind them are erased.').waitFor();
  await button('Delete for good').last().click();
  await page.getByRole('heading', { name: 'Nothing was deleted' }).waitFor();
});

test('kept quantised weights are switched on, told in bytes, and removed', async () => {
  const page = await open('#/settings', samples);
  const keep = page.getByRole('switch', { name: 'Keep quantised weights on disk' });
  expect(await keep.isChecked()).toBe(false);
  await keep.click();
  await expect.poll(() => tests.world.settings.cacheQuantised).toBe(true);
  await page.getByText('2 kept, 4.31 GB').waitFor();
  await page.getByText('At most 3, 20 GB').waitFor();
  await button('Remove kept weights').click();
  await page.getByText('0 kept').waitFor();
  expect(await button('Remove kept weights').isDisabled()).toBe(true);
});
