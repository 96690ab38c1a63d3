import { describe, expect, it } from 'vitest';
import { createTinyTokenizer } from '../../../../test/support/tinyTokenizer.ts';
import { engineError } from '../../../../test/support/engineErrors.ts';
import { memorySource } from '../../formats/byteSource.ts';
import type { Tokenizer } from '../../tokenizer/types.ts';
import { FactsGatherer } from './facts.ts';
import { LanguageSampler } from './language.ts';
import type { ParsedPart } from './parser.ts';
import { TextStatistics } from './textStatistics.ts';

const ENGLISH = 'The keeper lit the lamp every evening and wrote down what the weather had been in the old book. ';
const GERMAN = 'Der Wärter zündete jeden Abend die Lampe an und schrieb in das alte Buch, wie das Wetter gewesen war. ';
const CHINESE = '守护人每天晚上点亮灯塔，然后在旧书里写下当天的天气。';
const JAPANESE = '守り人は毎晩ランプに火をともし、その日の天気を古い本に書きました。';
const RUSSIAN = 'Смотритель каждый вечер зажигал лампу и записывал в старую книгу, какая была погода. ';

function languageOf(...texts: string[]): string | undefined {
  const sampler = new LanguageSampler();
  for (const text of texts) sampler.add(text);
  return sampler.language;
}

describe('the language', () => {
  it.each([
    ['en', ENGLISH],
    ['de', GERMAN],
    ['zh', CHINESE],
    ['ja', JAPANESE],
    ['ru', RUSSIAN],
  ])('is %s', (language, text) => {
    expect(languageOf(text.repeat(3))).toBe(language);
    expect(languageOf(text.repeat(900))).toBe(language);
    expect(languageOf(...Array.from({ length: 300 }, () => text))).toBe(language);
  });

  it('is that of the text, not of its first page', () => {
    expect(languageOf(GERMAN.repeat(25), ENGLISH.repeat(3000))).toBe('en');
  });

  it.each(['', 'Lamp.', '1234 5678 '.repeat(100)])('is unknown for %j', (text) => {
    expect(languageOf(text)).toBeUndefined();
  });
});

describe('words and characters', () => {
  const count = (...texts: string[]): [number, number] => {
    const statistics = new TextStatistics();
    for (const text of texts) statistics.add(text);
    return [statistics.words, statistics.characters];
  };

  it.each([
    ['The keeper’s well-known lamp — lit.', 5, 35],
    ['守护人点灯。', 5, 6],
    ['RWKV模型v7', 4, 8],
    ['ランプ 3', 4, 5],
    ['한국어 문장', 2, 6],
    ['🌊 👍', 0, 3],
    ['', 0, 0],
  ])('counts %j', (text, words, characters) => {
    expect(count(text)).toEqual([words, characters]);
  });

  it('are the same however the text is cut', () => {
    const text = `${ENGLISH} ${CHINESE}\n${GERMAN}`;
    const cut = Array.from({ length: Math.ceil(text.length / 5) }, (_, i) => text.slice(5 * i, 5 * i + 5));
    expect(count(...cut)).toEqual(count(text));
  });
});

describe('facts', () => {
  const FILE = { name: 'lamp.book.txt', format: 'text', sha256: 'ab' } as const;
  async function factsOf(parts: readonly Partial<ParsedPart>[], tokenizer?: Tokenizer) {
    const gatherer = new FactsGatherer();
    for (const part of parts) gatherer.add({ text: '', fraction: 0, ...part });
    const text = new TextEncoder().encode(parts.map((part) => part.text ?? '').join(''));
    return await gatherer.finish(memorySource('text.txt', text), FILE, tokenizer, undefined);
  }

  it('are those of all parts', async () => {
    const tokenizer = createTinyTokenizer(['lamp', 'keeper']);
    const parts = [
      { text: `Chapter 1\n\n${ENGLISH.repeat(9)}\n\n`, page: 1 },
      {
        text: `Chapter 2\n\n${ENGLISH.repeat(9)}\n\n`,
        page: 2,
        warnings: [{ code: 'scanned-pages', count: 3 } as const],
      },
    ];
    expect(await factsOf(parts, tokenizer)).toEqual({
      name: 'lamp.book.txt',
      title: 'Chapter 1',
      format: 'text',
      pages: 2,
      words: 2 * (2 + 9 * 19),
      characters: 2 * (13 + 9 * ENGLISH.length),
      bytes: 2 * (13 + 9 * ENGLISH.length),
      tokens: tokenizer.encode(`Chapter 1\n${ENGLISH.repeat(9).trim()}\nChapter 2\n${ENGLISH.repeat(9).trim()}`).length,
      language: 'en',
      sections: 2,
      sha256: 'ab',
      warnings: [{ code: 'scanned-pages', count: 3 }],
    });
  });

  it('do without a vocabulary', async () => {
    expect(await factsOf([{ text: `# One\n\n${ENGLISH.repeat(9)}\n\n# Two\n\nEnd.\n` }])).toMatchObject({
      tokens: null,
      sections: 2,
      pages: null,
    });
  });

  it('take the title from where there is one', async () => {
    const text = `${ENGLISH}\n`;
    expect((await factsOf([{ text }])).title).toBe('lamp.book');
    expect((await factsOf([{ text, headings: [{ title: 'Heading', level: 2 }] }])).title).toBe('Heading');
    expect((await factsOf([{ text, headings: [{ title: 'Heading', level: 2 }] }, { title: 'Own' }])).title).toBe('Own');
  });

  it('warn of what takes very long to read', async () => {
    const { warnings } = await factsOf([{ text: 'lamp '.repeat(1_700_000) }]);
    expect(warnings).toEqual([{ code: 'very-long', count: expect.any(Number) as number }]);
  });

  it('are refused where there is no text', async () => {
    await expect(factsOf([{ text: ' \n\u200b\n' }])).rejects.toEqual(engineError('document-unreadable', /no text/u));
  });
});
