import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { engineError } from '../../../test/support/engineErrors.ts';
import { parseAll, type Parsed } from '../../../test/support/parseAll.ts';
import { linesAt, writePdf, type PdfOptions, type PdfText } from '../../../test/support/writePdf.ts';
import { EngineError } from '../api/errors.ts';
import { memorySource, type ByteSource } from '../formats/byteSource.ts';
import { createPdfParser } from './pdfParser.ts';

const pdfParser = createPdfParser();
const HEADER = linesAt(['A Study of Lamps', 'by the keeper of one'], { y: 770, size: 9 });
const PAGE_ONE = [
  ...HEADER,
  { text: 'The Lamp', x: 72, y: 720, size: 24 },
  ...linesAt(['The lamp was lit (every night), and the exam-', 'ination of it went on.', '', 'A second one.'], {
    y: 680,
  }),
  { text: '1', x: 300, y: 40 },
];
const PAGE_TWO = [
  ...HEADER,
  { text: '第一章 灯塔', x: 72, y: 700, font: 'unicode' },
  { text: '灯塔守护人每天晚上点灯。', x: 72, y: 650, font: 'gb' },
] as const;

const parse = (pages: readonly (readonly PdfText[])[], options?: PdfOptions): Promise<Parsed> =>
  parseAll(pdfParser, writePdf(pages, options), 'lamp.pdf');

let printed: string[] = [];
beforeEach(() => {
  printed = [];
  const print = (...values: unknown[]): boolean => {
    printed.push(values.join(' '));
    return true;
  };
  for (const name of ['log', 'info', 'warn', 'error', 'debug'] as const)
    vi.spyOn(console, name).mockImplementation(print);
  vi.spyOn(process.stdout, 'write').mockImplementation(print);
  vi.spyOn(process.stderr, 'write').mockImplementation(print);
});
afterEach(() => {
  vi.restoreAllMocks();
  expect(printed).toEqual([]);
});

describe('pdf', () => {
  it('reads page by page, with headings, headers and Chinese', async () => {
    const { parts, warnings } = await parse([PAGE_ONE, PAGE_TWO]);
    expect(parts.map(({ page, fraction, text }) => ({ page, fraction, text }))).toEqual([
      {
        page: 1,
        fraction: 0.5,
        text:
          'A Study of Lamps\nby the keeper of one\n\n# The Lamp\n\n' +
          'The lamp was lit (every night), and the examination\nof it went on.\n\nA second one.\n\n1\n\n',
      },
      {
        page: 2,
        fraction: 1,
        text: 'A Study of Lamps\nby the keeper of one\n\n第一章 灯塔\n\n灯塔守护人每天晚上点灯。\n\n',
      },
    ]);
    expect(warnings).toEqual([]);
  });

  it('tells title and bookmarks', async () => {
    const outline = [
      { title: 'The Lamp', page: 1 },
      { title: '灯塔', page: 2 },
    ];
    const { parts, title } = await parse([PAGE_ONE, PAGE_TWO], { title: 'Über die Lampe 灯', outline });
    expect(title).toBe('Über die Lampe 灯');
    expect(parts.map(({ headings }) => headings)).toEqual([
      [{ title: 'The Lamp', level: 1 }],
      [{ title: '灯塔', level: 1 }],
    ]);
    expect((await parse([PAGE_ONE], { title: 'Microsoft Word - lamp.doc' })).title).toBeUndefined();
  });

  it('counts pages without text, and gives each a place', async () => {
    const { parts, warnings } = await parse([[], PAGE_ONE, []]);
    expect(parts.map(({ text }) => text.length > 1)).toEqual([false, true, false]);
    expect(parts[0]?.text).toBe('\n');
    expect(warnings).toEqual([{ code: 'scanned-pages', count: 2 }]);
  });

  it('opens what is protected without a password to ask for', async () => {
    expect((await parse([PAGE_ONE], { password: '', title: 'Lamp' })).text).toContain('The lamp was lit');
  });

  it('says what is wrong with a file', async () => {
    const refused = async (content: Parsed | Promise<Parsed>, message: RegExp): Promise<void> => {
      const error: unknown = await Promise.resolve(content).catch((reason: unknown) => reason);
      expect(error).toEqual(engineError('document-unreadable', message));
      expect(error).toHaveProperty('nextStep', expect.stringMatching(/\.$/u));
    };
    const whole = writePdf([PAGE_ONE]);
    await refused(parse([PAGE_ONE], { password: 'secret' }), /lamp\.pdf is protected by a password/u);
    await refused(parse([[], []]), /lamp\.pdf is scanned/u);
    await refused(parseAll(pdfParser, '%PDF-1.7\nrubbish'), /is damaged, or not a PDF/u);
    await refused(parseAll(pdfParser, whole.slice(0, whole.length / 2)), /is damaged, or not a PDF/u);
  });

  it('takes the pages that can be read of a file that is damaged in part, and says so', async () => {
    const bytes = writePdf([PAGE_ONE, PAGE_TWO, PAGE_ONE]);
    const text = Buffer.from(bytes).toString('latin1');
    // The second page is object 22.
    const broken = new Uint8Array(Buffer.from(text.replace('\n22 0 obj\n', '\n92 0 obj\n'), 'latin1'));
    const { parts, warnings } = await parseAll(pdfParser, broken);
    // pdf.js sees no page behind the one that is missing.
    expect(parts.map((part) => part.text.length > 1)).toEqual([true, false]);
    expect(warnings).toEqual([{ code: 'damaged-pages', count: 1 }]);
  });
});

describe('pdf, interrupted', () => {
  const longPage = linesAt(Array.from({ length: 50 }, (_, i) => `Line ${i}: the lamp was lit, and nobody saw it.`));
  const wholeFile = memorySource('lamp.pdf', writePdf(Array.from({ length: 300 }, () => longPage)));

  it('stops on abort with the reason', async () => {
    const controller = new AbortController();
    const reason = new Error('enough');
    let pages = 0;
    const work = async (): Promise<void> => {
      for await (const _ of pdfParser.parse(wholeFile, { signal: controller.signal }))
        if (++pages === 3) controller.abort(reason);
    };
    await expect(work()).rejects.toBe(reason);
    expect(pages).toBe(3);
    await expect(work()).rejects.toBe(reason);
  });

  it.each([0, 1, 3])('tells that the file went away (after %d reads)', async (reads) => {
    let left = reads;
    const going: ByteSource = {
      ...wholeFile,
      read: (offset, length) =>
        left-- > 0 ? wholeFile.read(offset, length) : Promise.reject(new EngineError('document-unreadable', 'gone')),
    };
    const work = async (): Promise<number> => {
      let pages = 0;
      for await (const { page = 0 } of pdfParser.parse(going, {})) pages = page;
      return pages;
    };
    await expect(work()).rejects.toEqual(engineError('document-unreadable', /^gone$/u));
  });
});

describe('the thread that parses', () => {
  it('brings no canvas into the process and leaves the global scope alone', async () => {
    await parse([PAGE_ONE]);
    const { sharedObjects } = process.report.getReport() as { sharedObjects: string[] };
    expect(sharedObjects.filter((path) => /canvas/iu.test(path))).toEqual([]);
    expect('DOMMatrix' in globalThis || 'pdfjsLib' in globalThis).toBe(false);
  });

  const pages = Array.from({ length: 500 }, (_, number) =>
    linesAt(Array.from({ length: 50 }, (_, i) => `Page ${number}, line ${i}: the lamp was lit, and nobody saw it.`)),
  );
  const long = memorySource('long.pdf', writePdf(pages));
  async function countPages(memoryMb: number): Promise<number> {
    let count = 0;
    for await (const { text, page } of createPdfParser(memoryMb).parse(long, {})) {
      expect(text).toContain(`Page ${count}, line 49: `);
      expect(page).toBe(++count);
    }
    return count;
  }

  it('needs no more memory for a long document', async () => {
    expect(await countPages(48)).toBe(500);
  });

  it('gives a file up that takes too much', async () => {
    await expect(countPages(6)).rejects.toEqual(engineError('document-unreadable', /more memory/u));
  });
});
