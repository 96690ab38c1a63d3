import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createDraft, type Draft } from './draft.ts';

const A_WHILE_MS = 1000;

let saved: string[];
let draft: Draft;
beforeEach(() => {
  vi.useFakeTimers();
  saved = [];
  draft = createDraft(async (text) => saved.push(text));
});
afterEach(() => void vi.useRealTimers());

const text = (): string => draft.getState().text;

test('what is written is saved once it rests', () => {
  draft.set('a');
  draft.set('ab');
  vi.advanceTimersByTime(A_WHILE_MS);
  expect(saved).toEqual(['ab']);
});

test('what was taken stays stored until it is settled', () => {
  draft.set('said');
  draft.take('said');
  expect([text(), saved]).toEqual(['', ['said']]);
  draft.set('next');
  vi.advanceTimersByTime(A_WHILE_MS);
  draft.settle();
  draft.settle();
  vi.advanceTimersByTime(A_WHILE_MS);
  expect([text(), saved]).toEqual(['next', ['said', 'said\n\nnext', 'next']]);
});

test('what could not be sent comes back, before what was written meanwhile', () => {
  draft.take('said');
  draft.giveBack();
  expect(text()).toBe('said');
  draft.take('said');
  draft.set('next');
  draft.giveBack();
  draft.settle();
  vi.advanceTimersByTime(A_WHILE_MS);
  expect([text(), saved.at(-1)]).toEqual(['said\n\nnext', 'said\n\nnext']);
});

test('what is stored does not come back into the field while it waits', () => {
  draft.take('said');
  draft.offer('said');
  expect(text()).toBe('');
});
