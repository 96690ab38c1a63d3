import { describe, expect, it } from 'vitest';
import { memorySource } from '../formats/byteSource.ts';
import { presetSampling } from '../sampling/presets.ts';
import { fakeTokenizer, FakeSessions } from '../../../test/support/fakeSessions.ts';
import type { Tokenizer } from '../tokenizer/types.ts';
import {
  groupNotes,
  summariseDocument,
  type SectionSummary,
  type SummariseEvent,
  type SummariseOptions,
} from './summarise.ts';

const prose = (word: string, count: number): string => Array.from({ length: count }, () => word).join(' ') + '.';
const TEXT = `# One\n\n${prose('first', 80)}\n\n# Two\n\n${prose('second', 80)}\n\n# Three\n\n${prose('third', 80)}\n`;
const tokenizer = fakeTokenizer();
const sampling = presetSampling('greedy', 1);

/** A model whose summary is the second word of what it was given to summarise. */
const answer = (tokens: readonly number[]): string => ` About ${tokenizer.decode(tokens).split(/\s+/u)[3] ?? ''}.`;

async function summarise(sessions: FakeSessions, more: Partial<SummariseOptions> = {}): Promise<SummariseEvent[]> {
  const source = memorySource('three.md', new TextEncoder().encode(TEXT));
  const events: SummariseEvent[] = [];
  for await (const event of summariseDocument({
    source,
    sessions,
    tokenizer,
    modelFingerprint: 'f'.repeat(64),
    sampling,
    ...more,
  }))
    events.push(event);
  return events;
}
const summariesOf = (events: readonly SummariseEvent[]): SectionSummary[] =>
  events.filter((event) => event.type === 'section');

describe('summariseDocument', () => {
  it('summarises each section with its place, then the whole, and keeps the state', async () => {
    const sessions = new FakeSessions({ answer });
    const events = await summarise(sessions);
    const summaries = summariesOf(events);
    expect(summaries.map(({ title, summary }) => [title, summary])).toEqual([
      ['One', 'About first.'],
      ['Two', 'About second.'],
      ['Three', 'About third.'],
    ]);
    expect(TEXT.slice(summaries[1]?.startByte, summaries[1]?.endByte)).toMatch(/^# Two\n/u);
    expect(summaries.map(({ startLine, endLine }) => [startLine, endLine])).toEqual([
      [1, 3],
      [5, 7],
      [9, 11],
    ]);
    expect(events.slice(-2)).toMatchObject([{ type: 'overall' }, { type: 'end', reason: 'finished', sections: 3 }]);
    expect(events.filter((event) => event.type === 'reading').at(-1)).toMatchObject({
      event: { type: 'end', reason: 'finished' },
    });
    expect(sessions.snapshots.size).toBe(1);
    expect(sessions.live).toBe(0);
  });

  it('streams the texts that it delivers', async () => {
    const events = await summarise(new FakeSessions({ answer }));
    const streamed = events.map((event) => (event.type === 'text' && event.of === 1 ? event.text : '')).join('');
    expect(streamed).toBe('About second.');
  });

  it('summarises the sections of an earlier run, too, when it goes on with a reading', async () => {
    const sessions = new FakeSessions({ answer });
    const source = memorySource('three.md', new TextEncoder().encode(TEXT));
    const options = { source, sessions, tokenizer, modelFingerprint: 'f'.repeat(64), sampling, maxBatchTokens: 16 };
    for await (const event of summariseDocument(options)) if (event.type === 'section' && event.index === 1) break;
    const events = await summarise(sessions);
    const starts = events.flatMap((event) => (event.type === 'reading' ? [event.event] : []));
    expect(starts[0]).toMatchObject({ type: 'start', resumedSections: 2 });
    expect(summariesOf(events).map(({ title }) => title)).toEqual(['One', 'Two', 'Three']);
  });

  it('can leave the document state out', async () => {
    const sessions = new FakeSessions({ answer });
    const events = await summarise(sessions, { keepState: false });
    expect(summariesOf(events)).toHaveLength(3);
    expect(sessions.snapshots.size).toBe(0);
  });

  it('takes over known summaries', async () => {
    const known = summariesOf(await summarise(new FakeSessions({ answer })));
    const sessions = new FakeSessions({ answer: () => ' Anew.' });
    const events = await summarise(sessions, { known: known.slice(0, 2), keepState: false });
    expect(summariesOf(events).map(({ summary }) => summary)).toEqual(['About first.', 'About second.', 'Anew.']);
  });

  it.each([true, false])('refuses a document without text, its state kept: %s', async (keepState) => {
    const source = memorySource('blank.txt', new TextEncoder().encode(' \n\n'));
    await expect(summarise(new FakeSessions(), { source, keepState })).rejects.toMatchObject({
      code: 'document-unreadable',
    });
  });

  it('has saved what was read when it says that it was cancelled', async () => {
    const controller = new AbortController();
    const sessions = new FakeSessions({
      answer: () => {
        controller.abort();
        return ' Cut';
      },
    });
    const source = memorySource('three.md', new TextEncoder().encode(TEXT));
    const shared = { source, sessions, tokenizer, modelFingerprint: 'f'.repeat(64), sampling };
    for await (const event of summariseDocument({ ...shared, signal: controller.signal, snapshotEverySeconds: 1000 }))
      if (event.type === 'end') expect(sessions.snapshots.size).toBe(1);
    expect.assertions(1);
  });

  it('ends with cancelled when aborted between sections', async () => {
    const controller = new AbortController();
    const sessions = new FakeSessions({
      answer: () => {
        controller.abort();
        return ' Cut';
      },
    });
    const events = await summarise(sessions, { signal: controller.signal });
    expect(events.at(-1)).toEqual({ type: 'end', reason: 'cancelled', sections: 0 });
    expect(sessions.live).toBe(0);
  });
});

describe('summariseDocument without a state', () => {
  it('stops looking for sections when aborted', async () => {
    let encoded = 0;
    const controller = new AbortController();
    const counting: Tokenizer = {
      ...tokenizer,
      encode: (text) => {
        if (++encoded === 3) controller.abort();
        return tokenizer.encode(text);
      },
    };
    // No heading and short paragraphs: the first section ends far behind.
    const source = memorySource('long.txt', new TextEncoder().encode('A short one.\n\n'.repeat(1000)));
    const options = { source, tokenizer: counting, keepState: false, signal: controller.signal };
    expect(await summarise(new FakeSessions(), options)).toEqual([{ type: 'end', reason: 'cancelled', sections: 0 }]);
    expect(encoded).toBeLessThan(10);
  });
});

describe('groupNotes', () => {
  it('gets smaller every round, even with notes longer than the limit', () => {
    expect(groupNotes(['a', 'b', 'c', 'd', 'e'], () => 5000)).toEqual([['a', 'b'], ['c', 'd'], ['e']]);
    expect(groupNotes(['a', 'b', 'c'], () => 700)).toEqual([['a', 'b'], ['c']]);
    expect(groupNotes(['a', 'b', 'c'], () => 10)).toEqual([['a', 'b', 'c']]);
  });
});
