import { describe, expect, it } from 'vitest';
import { memorySource, type ByteSource } from '../formats/byteSource.ts';
import { documentBlocks, textOf, MAX_BLOCK_BYTES, type TextBlock } from './blocks.ts';
import { fakeTokenizer } from '../../../test/support/fakeSessions.ts';
import { liveBytes } from '../../../test/support/liveMemory.ts';
import { documentPieces, documentSections } from './pieces.ts';
import type { Section } from './sections.ts';

const CLEANING = { collapseBlankLines: true };
const bytesOf = (text: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(text);
const sourceOf = (text: string): ByteSource => memorySource('test.txt', bytesOf(text));

async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}
const blocksOf = (text: string): Promise<TextBlock[]> => collect(documentBlocks(sourceOf(text), CLEANING));
const sectionsOf = (text: string): Promise<Section[]> => collect(documentSections(sourceOf(text), fakeTokenizer()));

/** `words` words of running text. */
const prose = (words: number, word = 'lamp'): string =>
  Array.from({ length: words }, (_, i) => `${word}${i % 10}`).join(' ') + '.';

describe('documentBlocks', () => {
  it('yields paragraphs with places, blank lines collapsed', async () => {
    const text = '\n\nOne line\r\nand two.\r\n \r\n\r\nThe second.\n\n\n';
    const blocks = await blocksOf(text);
    expect(blocks.map((block) => block.text)).toEqual(['One line\nand two.\n', 'The second.']);
    expect(blocks.map(({ startLine, endLine }) => [startLine, endLine])).toEqual([
      [3, 4],
      [7, 7],
    ]);
    expect(text.slice(blocks[1]?.startByte, blocks[1]?.endByte)).toBe('The second.\n');
  });

  it('joins to a text without blank lines, whatever the input', async () => {
    const text = 'a\n\n\n\nb\r\r\rc\n \t \n# d\ne\n\n```\n\n# no heading\n```\n';
    const joined = (await blocksOf(text)).map((block) => block.text).join('');
    expect(joined).not.toMatch(/\n\s*\n/u);
    expect(joined.replace(/\s+/gu, ' ')).toBe('a b c # d e ``` # no heading ```');
  });

  it.each(['\x1a', '\u200b', '\u200b \u2060\r\n\r\n\x1a'])(
    'ends without a line end when only the invisible follows: %j',
    async (end) => {
      // A question follows on a line of its own: two line ends would end the turn before it.
      expect((await blocksOf(`a\n\nb\r\n\r\n${end}`)).map((block) => block.text).join('')).toBe('a\nb');
      expect((await blocksOf(`${end}\n\na\n${end}\n\nb`)).map((block) => block.text).join('')).toBe('a\nb');
    },
  );

  it('puts Markdown headings into blocks of their own, but not those in code', async () => {
    const blocks = await blocksOf('Before\n# Title\nAfter\n\n```sh\n# comment\n\n# other\n```\n\n## End');
    expect(blocks.map((block) => block.title)).toEqual([undefined, 'Title', undefined, undefined, undefined, 'End']);
  });

  it('cuts endless lines before a space, and characters never', async () => {
    const blocks = await blocksOf('é'.repeat(5000) + ' ' + 'wörd '.repeat(3000));
    const text = blocks.map((block) => block.text).join('');
    expect(text).toBe('é'.repeat(5000) + ' ' + 'wörd '.repeat(3000).trim());
    expect(Math.max(...blocks.map((block) => block.endByte - block.startByte))).toBeLessThanOrEqual(MAX_BLOCK_BYTES);
    expect(blocks.every((block) => block.startLine === 1 && block.endLine === 1)).toBe(true);
  });

  it.each([
    ['utf-16le', true],
    ['utf-16be', false],
  ])('reads %s with the same blocks as UTF-8', async (_, little) => {
    const text = `Ein Wort 😀 ਊ\nund mehr\n\n# Überschrift\n\n${'😀'.repeat(4000)}`;
    const units = new DataView(new ArrayBuffer(2 * (text.length + 1)));
    units.setUint16(0, 0xfeff, little);
    for (let i = 0; i < text.length; i++) units.setUint16(2 * (i + 1), text.charCodeAt(i), little);
    const blocks = await collect(documentBlocks(memorySource('utf16.txt', new Uint8Array(units.buffer)), CLEANING));
    expect(blocks.map((block) => block.text).join('')).toBe(text.replaceAll('\n\n', '\n'));
    expect(blocks[1]).toMatchObject({ title: 'Überschrift', startLine: 4 });
  });

  it('does not cut characters of two bytes either', async () => {
    // あ in Shift JIS is 82 A0; one byte before them makes every second place the middle of a character.
    const bytes = Uint8Array.from({ length: 10_001 }, (_, i) => (i === 0 ? 0x61 : i % 2 ? 0x82 : 0xa0));
    const blocks = await collect(documentBlocks(memorySource('sjis.txt', bytes), CLEANING));
    expect(blocks.map((block) => block.text).join('')).toBe(`a${'あ'.repeat(5000)}`);
  });

  it('does not depend on where chunks end', async () => {
    // Longer than the 256 KiB that are read at a time, with every kind of piece near the seams.
    const text = Array.from({ length: 9000 }, (_, i) => `${prose(i % 13, 'é€')}${i % 3 ? '\n' : '\n\n'}`).join('');
    const whole = await blocksOf(text);
    for (const shift of [1, 2, 3]) {
      const shifted = await blocksOf(`${'x'.repeat(shift)}\n\n${text}`);
      expect(shifted.slice(1).map((block) => block.text)).toEqual(whole.map((block) => block.text));
    }
  });

  it('refuses what is no text', async () => {
    const zip = memorySource('book.zip', new Uint8Array([0x50, 0x4b, 3, 4, 0, 0, 0, 0]));
    await expect(collect(documentBlocks(zip, CLEANING))).rejects.toMatchObject({ code: 'document-unreadable' });
  });

  it('yields nothing for an empty document', async () => {
    expect(await blocksOf('')).toEqual([]);
    expect(await blocksOf(' \n\n\t\n')).toEqual([]);
  });
});

describe('documentSections', () => {
  it('begins sections at headings', async () => {
    const text = `The Book\n\nBy Nobody\n\nCHAPTER I\n\n${prose(100)}\n\nCHAPTER II\nThe Storm\n\n${prose(90)}\n`;
    const sections = await sectionsOf(text);
    expect(sections.map(({ title }) => title)).toEqual(['CHAPTER I', 'CHAPTER II The Storm']);
    expect(text.slice(sections[1]?.startByte, sections[1]?.endByte)).toMatch(/^CHAPTER II\n/u);
    expect(sections[0]).toMatchObject({ index: 0, startLine: 1, endLine: 7 });
    expect(sections[1]).toMatchObject({ index: 1, startLine: 9, endLine: 12 });
  });

  it('joins headings that have no text between them', async () => {
    const sections = await sectionsOf(`# Part One\n\n## Chapter 1\n\n${prose(200)}\n\n## Chapter 2\n\n${prose(200)}`);
    expect(sections.map(({ title }) => title)).toEqual(['Part One · Chapter 1', 'Chapter 2']);
  });

  it('cuts long texts at paragraph ends', async () => {
    const paragraphs = Array.from({ length: 40 }, () => prose(50)).join('\n\n');
    const untitled = await sectionsOf(paragraphs);
    expect(untitled.map(({ title }) => title)).toEqual(untitled.map((_, i) => `Section ${i + 1}`));
    expect(untitled.length).toBeGreaterThan(2);
    expect(Math.max(...untitled.map(({ tokens }) => tokens))).toBeLessThanOrEqual(1200);
    const titled = await sectionsOf(`# Long\n\n${paragraphs}`);
    expect(titled.map(({ title }) => title)).toEqual(titled.map((_, i) => (i === 0 ? 'Long' : `Long, part ${i + 1}`)));
    expect(Math.max(...titled.map(({ tokens }) => tokens))).toBeLessThanOrEqual(1500);
  });

  it('covers all text once, and a section read alone has the same text', async () => {
    const text = Array.from({ length: 60 }, (_, i) => `${i % 9 ? '' : `## Part ${i}\n\n`}${prose(30 + i)}\n\n`).join(
      '',
    );
    const source = sourceOf(text);
    const tokenizer = fakeTokenizer();
    const pieces = await collect(documentPieces(source, tokenizer));
    const sections = await collect(documentSections(source, tokenizer));
    const apart: string[] = [];
    for (const section of sections) apart.push(await textOf(source, tokenizer, section));
    expect(apart.join('\n')).toBe(pieces.map(({ block }) => block.text).join(''));
    expect(sections.reduce((sum, { tokens }) => sum + tokens, 0)).toBe(
      pieces.reduce((sum, { tokens }) => sum + tokens.length, 0),
    );
  });

  it('does not let the prompt change the sections', async () => {
    const source = sourceOf(Array.from({ length: 50 }, () => prose(40)).join('\n\n'));
    const tokenizer = fakeTokenizer();
    const plain = await collect(documentPieces(source, tokenizer));
    const prompted = await collect(documentPieces(source, tokenizer, 'User: Look for dates.\n'));
    expect(prompted.map(({ section }) => section)).toEqual(plain.map(({ section }) => section));
    expect(tokenizer.decode(prompted[0]?.tokens ?? [])).toMatch(/^User: Look for dates\.\nlamp0 /u);
  });
});

describe('memory', () => {
  it('stays bounded over 100 MB', async () => {
    const paragraph = bytesOf(`${prose(60)}\n${prose(50)}\n\n`);
    const repeats = Math.ceil(100e6 / paragraph.length);
    const source: ByteSource = {
      name: 'huge.txt',
      size: repeats * paragraph.length,
      read: (offset, length) => {
        const bytes = new Uint8Array(length);
        for (let i = 0; i < length;) {
          const from = (offset + i) % paragraph.length;
          const part = paragraph.subarray(from, from + Math.min(paragraph.length - from, length - i));
          bytes.set(part, i);
          i += part.length;
        }
        return Promise.resolve(bytes);
      },
      close: () => Promise.resolve(),
    };
    // One token a byte: nothing that a tokenizer would add to the heap.
    const tokenizer = { ...fakeTokenizer(), encode: (text: string) => new Uint32Array(text.length >> 2) };
    const before = liveBytes();
    let [peak, sections, endByte] = [0, 0, 0];
    for await (const piece of documentPieces(source, tokenizer)) {
      if (!piece.ended) continue;
      sections++;
      endByte = piece.ended.endByte;
      if (sections % 1000 === 0) peak = Math.max(peak, liveBytes());
    }
    expect(sections).toBeGreaterThan(10_000);
    expect(endByte).toBeGreaterThan(99e6);
    // 3 to 9 MB were seen, by what is in flight just then; keeping the text would be 100.
    expect(peak - before).toBeLessThan(24e6);
  });
});
