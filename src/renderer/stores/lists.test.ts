import { expect, test } from 'vitest';
import type { AppApi } from '../../main/api/contract.ts';
import type { Download } from '../../main/api/models.ts';
import { createLists } from './lists.ts';

function open(): { lists: ReturnType<typeof createLists>; asked: string[] } {
  const asked: string[] = [];
  const app = new Proxy({} as AppApi, {
    get: (_target, name) => async () => {
      asked.push(String(name));
      return [];
    },
  });
  return { lists: createLists(app), asked };
}

test('only what a view has shown is asked for again', async () => {
  const { lists, asked } = open();
  lists.renewAll();
  expect(asked).toEqual([]);
  await lists.states.refresh();
  lists.onEvent({ type: 'changed', what: 'states' });
  lists.onEvent({ type: 'changed', what: 'models' });
  lists.onEvent({ type: 'changed', what: 'folders' });
  expect(asked).toEqual(['listStates', 'listStates']);
});

test('another model changes what can be used, its loading does not', async () => {
  const { lists, asked } = open();
  await lists.models.refresh();
  lists.onEvent({ type: 'engine', status: { type: 'loading', path: '', fraction: 0.5, testing: false } });
  expect(asked).toHaveLength(1);
  lists.onEvent({ type: 'engine', status: { type: 'empty' } });
  expect(asked).toHaveLength(2);
});

test('a download is news for the list when it is ready, not at each of its reports', async () => {
  const { lists, asked } = open();
  await lists.catalogue.refresh();
  const download = { id: 'd', stage: 'downloading' } as Download;
  lists.onEvent({ type: 'downloads', downloads: [download] });
  lists.onEvent({ type: 'downloads', downloads: [{ ...download, stage: 'ready' }] });
  lists.onEvent({ type: 'downloads', downloads: [{ ...download, stage: 'ready' }] });
  expect(asked).toEqual(['listCatalogue', 'listCatalogue']);
});
