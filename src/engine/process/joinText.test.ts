/** Nothing is lost, nothing changes places, and pieces are joined. */
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { TextJoiner } from './joinText.ts';

type Event = { type: 'text' | 'thought'; text: string; of?: number } | { type: 'end' };

let passed: Event[];
let joiner: TextJoiner<Event>;
const say = (...texts: string[]): void => texts.forEach((text) => joiner.push({ type: 'text', text }));

beforeEach(() => {
  vi.useFakeTimers();
  passed = [];
  joiner = new TextJoiner((event) => passed.push(event));
});
afterEach(() => vi.useRealTimers());

it('passes the first piece at once and joins the next ones', () => {
  say('a', 'b', 'c');
  expect(passed).toEqual([{ type: 'text', text: 'a' }]);
  vi.advanceTimersByTime(16);
  say('d', 'e');
  expect(passed).toEqual([
    { type: 'text', text: 'a' },
    { type: 'text', text: 'bc' },
  ]);
  vi.advanceTimersByTime(16);
  expect(passed.at(-1)).toEqual({ type: 'text', text: 'de' });
  vi.advanceTimersByTime(16);
  say('f');
  expect(passed.at(-1)).toEqual({ type: 'text', text: 'f' });
});

it('keeps texts apart that do not belong together', () => {
  joiner.push({ type: 'thought', text: 'x' });
  joiner.push({ type: 'thought', text: 'y' });
  say('a');
  joiner.push({ type: 'text', text: 'b', of: 1 });
  joiner.push({ type: 'text', text: 'c', of: 1 });
  joiner.push({ type: 'end' });
  expect(passed).toEqual([
    { type: 'thought', text: 'x' },
    { type: 'thought', text: 'y' },
    { type: 'text', text: 'a' },
    { type: 'text', text: 'bc', of: 1 },
    { type: 'end' },
  ]);
  expect(vi.getTimerCount()).toBe(0);
});
