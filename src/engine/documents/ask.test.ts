import { describe, expect, it } from 'vitest';
import { memorySource } from '../formats/byteSource.ts';
import { presetSampling } from '../sampling/presets.ts';
import type { Tokenizer } from '../tokenizer/types.ts';
import { askDocument, type AskEvent, type AskOptions } from './ask.ts';
import { fakeTokenizer, FakeSessions } from '../../../test/support/fakeSessions.ts';
import { choosePassages } from './passages.ts';
import { readDocument } from './read.ts';
import { wordsOf } from './words.ts';

const filler = (topic: string): string =>
  Array.from(
    { length: 12 },
    (_, i) => `The ${topic} was looked after by the people of the village in year ${i}, as was the custom.`,
  ).join('\n\n');
const TEXT = [
  `# The Harbour\n\n${filler('harbour')}`,
  `# The Lamp\n\n${filler('lamp')}\n\nThe lens was ground in Bristol by Ruth Carver.`,
  `# The Storm\n\n${filler('storm')}`,
  `# The Boats\n\n${filler('boats')}`,
].join('\n\n');
const source = memorySource('coast.md', new TextEncoder().encode(TEXT));
const tokenizer = fakeTokenizer();
const sampling = presetSampling('greedy', 1);
const modelFingerprint = 'f'.repeat(64);

async function ask(sessions: FakeSessions, more: Partial<AskOptions> & Pick<AskOptions, 'mode'>): Promise<AskEvent[]> {
  const options: AskOptions = {
    source,
    sessions,
    tokenizer,
    modelFingerprint,
    sampling,
    question: 'Who ground the lens?',
    ...more,
  };
  const events: AskEvent[] = [];
  for await (const event of askDocument(options)) events.push(event);
  return events;
}
const answerOf = (events: readonly AskEvent[]): string =>
  events.map((event) => (event.type === 'text' ? event.text : '')).join('');

describe('choosePassages', () => {
  it('finds the passage with the words of the question, in the order of the document', async () => {
    const [best] = await choosePassages(source, tokenizer, 'Who ground the lens?', 1);
    expect(best?.sectionTitle).toBe('The Lamp');
    expect(TEXT.slice(best?.startByte, best?.endByte)).toContain('Ruth Carver');
    const three = await choosePassages(source, tokenizer, 'harbour boats lamp', 3);
    expect(three.map(({ index }) => index)).toEqual(three.map(({ index }) => index).sort((a, b) => a - b));
    expect(new Set(three.map(({ sectionTitle }) => sectionTitle))).toContain('The Boats');
  });

  it('prefers rare words over frequent ones', async () => {
    const [best] = await choosePassages(source, tokenizer, 'What of the village and its people was in Bristol?', 1);
    expect(TEXT.slice(best?.startByte, best?.endByte)).toContain('Bristol');
  });

  it('gives the first passages where no word occurs, and no more than there are', async () => {
    const passages = await choosePassages(source, tokenizer, 'xylophone', 2);
    expect(passages.map(({ index }) => index)).toEqual([0, 1]);
    expect(await choosePassages(memorySource('s', new TextEncoder().encode('Short.')), tokenizer, 'x', 3)).toHaveLength(
      1,
    );
  });
});

describe('wordsOf', () => {
  it('folds forms of a word', () => {
    expect(wordsOf("The keeper's LAMPS, lighted; Café")).toEqual(wordsOf('the keeper lamp light cafe'));
    expect(wordsOf('灯塔')).toEqual(['灯', '塔']);
  });
});

describe('askDocument', () => {
  it('re-reads: question first, passages, question, in a session of its own', async () => {
    let seen = '';
    const sessions = new FakeSessions({
      answer: (tokens) => {
        seen = tokenizer.decode(tokens);
        return ' Ruth Carver ground it.';
      },
    });
    const events = await ask(sessions, { mode: 'reread' });
    expect(events[0]).toMatchObject({ type: 'basis', basis: { mode: 'reread' } });
    expect(answerOf(events)).toBe('Ruth Carver ground it.');
    expect(events.at(-1)).toMatchObject({ type: 'end', reason: 'stop' });
    expect(seen).toMatch(/^User: Who ground the lens\?\n/u);
    expect(seen).toContain('Ruth Carver');
    expect(seen.endsWith('Who ground the lens?\n\nAssistant:')).toBe(true);
    expect(seen.slice(0, -'\n\nAssistant:'.length)).not.toContain('\n\n');
    expect(sessions.live).toBe(0);
  });

  it('answers from memory with the state that read the document, and leaves it as it was', async () => {
    const seen: string[] = [];
    const sessions = new FakeSessions({
      answer: (tokens) => {
        seen.push(tokenizer.decode(tokens));
        return ' From memory.';
      },
    });
    for await (const _ of readDocument({ source, sessions, tokenizer, modelFingerprint }));
    const run = sessions.tokensRun;
    const events = await ask(sessions, { mode: 'memory' });
    await ask(sessions, { mode: 'memory' });
    const bytes = source.size;
    expect(events[0]).toEqual({ type: 'basis', basis: { mode: 'memory', sections: 4, bytes, totalBytes: bytes } });
    expect(answerOf(events)).toBe('From memory.');
    expect(seen[0]).toMatch(/^User: # The Harbour\n/u);
    expect(seen[0]).toMatch(/custom\.\nWho ground the lens\?\n\nAssistant:$/u);
    expect(seen[1]).toBe(seen[0]);
    // Two questions, no document token.
    expect(sessions.tokensRun - run).toBe(2 * tokenizer.encode('\nWho ground the lens?\n\nAssistant:').length);
    expect(sessions.live).toBe(0);
  });

  it('claims no basis before it is sure that the document is the one that was read', async () => {
    const sessions = new FakeSessions();
    for await (const _ of readDocument({ source, sessions, tokenizer, modelFingerprint }));
    for (const [id, { info, tokens }] of sessions.snapshots)
      sessions.snapshots.set(id, {
        info: { ...info, extra: { ...info.extra, consumedHash: '0'.repeat(64) } },
        tokens,
      });
    const events: AskEvent[] = [];
    const asking = async (): Promise<void> => {
      const options = { source, sessions, tokenizer, modelFingerprint, sampling };
      for await (const event of askDocument({ ...options, mode: 'memory', question: 'Who?' })) events.push(event);
    };
    await expect(asking()).rejects.toMatchObject({ code: 'document-changed' });
    expect(events).toEqual([]);
  });

  it('says when the document was not read', async () => {
    await expect(ask(new FakeSessions(), { mode: 'memory' })).rejects.toMatchObject({ code: 'snapshot-missing' });
  });

  it('refuses an empty question', async () => {
    await expect(ask(new FakeSessions(), { mode: 'reread', question: ' ' })).rejects.toMatchObject({
      code: 'invalid-argument',
    });
  });

  it('ends with cancelled on abort, without a look at the rest of the document', async () => {
    const controller = new AbortController();
    let passed = 0;
    const counting: Tokenizer = {
      ...tokenizer,
      encode: (text) => {
        if (++passed === 5) controller.abort();
        return tokenizer.encode(text);
      },
    };
    const { signal } = controller;
    const events = await ask(new FakeSessions(), { mode: 'reread', tokenizer: counting, signal });
    expect(events).toMatchObject([{ type: 'end', reason: 'cancelled' }]);
    expect(passed).toBeLessThan(10);
  });
});
