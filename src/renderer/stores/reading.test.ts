import { expect, test } from 'vitest';
import type { Reading, ReadingEvent, ReadingProgress, SectionSummary } from '../../main/api/documents.ts';
import { withEvent, type LiveReading } from './reading.ts';

const reading: Reading = {
  ...{ id: 'r', focus: '', modelName: 'm', status: 'waiting', progress: null, sections: [], overall: '' },
  ...{ stateBytes: 1, startedAt: '', finishedAt: null, error: null, usable: 'yes' },
};
const progress: ReadingProgress = {
  ...{ tokens: 1, bytes: 1, totalBytes: 4, fraction: 0.25, page: 1, sectionTitle: 'a', tokensPerSecond: 400 },
  ...{ secondsLeft: 3, memoryBytes: 1 },
};
const section = (index: number, summary: string | null = null): SectionSummary => ({
  section: { index, title: `${index}`, tokens: 1, startByte: 0, endByte: 1, startLine: 1, endLine: 1 },
  pages: null,
  summary,
});

const play = (...events: readonly ReadingEvent[]): LiveReading | undefined =>
  events.reduce<LiveReading | undefined>(withEvent, undefined);

test('what comes before the state is dropped', () => {
  expect(play({ type: 'progress', progress })).toBeUndefined();
});

test('progress moves it, and its speeds are kept', () => {
  const live = play({ type: 'state', reading }, { type: 'progress', progress }, { type: 'progress', progress });
  expect(live).toMatchObject({ reading: { status: 'reading', progress }, speeds: [400, 400] });
});

test('only so many speeds are kept', () => {
  const many = Array.from({ length: 80 }, (_, index): ReadingEvent => ({
    type: 'progress',
    progress: { ...progress, tokensPerSecond: index + 1 },
  }));
  const { speeds } = play({ type: 'state', reading }, ...many) ?? { speeds: [] };
  expect([speeds.length, speeds[0], speeds.at(-1)]).toEqual([60, 21, 80]);
});

test('a summary grows piece by piece and then stands at its section', () => {
  const events: ReadingEvent[] = [
    { type: 'state', reading },
    { type: 'section', section: section(1) },
    { type: 'section', section: section(0) },
    { type: 'writing', of: 0 },
    { type: 'text', of: 0, text: 'a' },
    { type: 'text', of: 0, text: 'b' },
  ];
  expect(play(...events)?.writing).toEqual({ of: 0, text: 'ab' });
  const done = play(...events, { type: 'summary', of: 0, text: 'ab.' });
  expect(done?.writing).toBeUndefined();
  expect(done?.reading.sections.map(({ summary }) => summary)).toEqual(['ab.', null]);
});

test('the whole comes at the end', () => {
  const live = play({ type: 'state', reading }, { type: 'summary', of: 'overall', text: 'all' });
  expect(live?.reading.overall).toBe('all');
});

test('a new state of the same reading keeps the speeds, that of another does not', () => {
  const before = play({ type: 'state', reading }, { type: 'progress', progress });
  expect(withEvent(before, { type: 'state', reading })?.speeds).toEqual([400]);
  expect(withEvent(before, { type: 'state', reading: { ...reading, id: 'other' } })?.speeds).toEqual([]);
});
