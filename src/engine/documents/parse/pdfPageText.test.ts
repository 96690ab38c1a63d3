import { describe, expect, it } from 'vitest';
import { joinHyphens } from './hyphens.ts';
import { linesOf, type PageItem } from './pdfLines.ts';
import { pdfPageText, TypeMeasures } from './pdfPageText.ts';

const item = (str: string, x: number, y: number, width = 6 * str.length, size = 12): PageItem => ({
  str,
  dir: 'ltr',
  width,
  transform: [size, 0, 0, size, x, y],
});
const textsOf = (items: readonly PageItem[]): string[] => linesOf(items).map(({ text }) => text);

describe('lines', () => {
  it('join what stands on one, with the spaces that the gaps are', () => {
    expect(textsOf([item('The', 0, 100), item('lamp', 22, 100), item('s', 46, 100), item('below', 0, 85)])).toEqual([
      'The lamps',
      'below',
    ]);
  });

  it('keep superscripts, drop control characters, take a space of any width for one', () => {
    expect(
      textsOf([item('E=mc', 0, 100), item('2', 24, 104, 4, 8), item(' ', 28, 100, 300), item('so\u0002', 34, 100)]),
    ).toEqual(['E=mc2 so']);
  });

  it('put no spaces into Chinese that is set wide', () => {
    const spread = [...'灯塔守护人'].map((character, i) => item(character, 15 * i, 100, 12));
    expect(textsOf([...spread, item('Lamp', 80, 100)])).toEqual(['灯塔守护人 Lamp']);
  });

  it('tell ideographs, where the file has the radicals that look like them', () => {
    expect(textsOf([item('⼀⽉⼆⽇，东⻛⼤，⻓⻔', 0, 100)])).toEqual(['一月二日，东风大，长门']);
  });

  it('follow the order of the file from column to column', () => {
    const left = ['one', 'two'].map((text, i) => item(text, 0, 100 - 14 * i));
    const right = ['three', 'four'].map((text, i) => item(text, 300, 100 - 14 * i));
    expect(textsOf([...left, ...right])).toEqual(['one', 'two', 'three', 'four']);
  });

  it('run in any direction', () => {
    const upwards = (str: string, y: number): PageItem => ({
      str,
      dir: 'ltr',
      width: 20,
      transform: [0, 12, -12, 0, 50, y],
    });
    expect(textsOf([upwards('side', 0), upwards('ways', 25)])).toEqual(['side ways']);
    const hebrew = (str: string, x: number): PageItem => ({ ...item(str, x, 100, 20), dir: 'rtl' });
    expect(textsOf([hebrew('שלום', 80), hebrew('עולם', 55)])).toEqual(['שלום עולם']);
  });
});

describe('hyphens', () => {
  it.each([
    [['exam-', 'ple of it'], 'example\nof it'],
    [['exam\u00ad', 'ple'], 'example'],
    [['in-', 'ter-', 'national'], 'international'],
    [['Jean-', 'Paul'], 'Jean-\nPaul'],
    [['pages 1-', '2 are'], 'pages 1-\n2 are'],
    [['exam-', 'ple, and'], 'example,\nand'],
    [['a -', 'b'], 'a -\nb'],
    [['one', 'two'], 'one\ntwo'],
    [[], ''],
  ])('%j', (lines, text) => {
    expect(joinHyphens(lines)).toBe(text);
  });
});

describe('the text of a page', () => {
  const body = (count: number, y: number): PageItem[] =>
    Array.from({ length: count }, (_, i) => item(`line number ${i} of the text`, 0, y - 14 * i));

  it('parts paragraphs and marks headings', () => {
    const measures = new TypeMeasures();
    const text = pdfPageText([item('The Lamp', 0, 760, 90, 20), ...body(3, 720), ...body(2, 650)], measures);
    expect(text).toBe(
      '# The Lamp\n\nline number 0 of the text\nline number 1 of the text\nline number 2 of the text\n\n' +
        'line number 0 of the text\nline number 1 of the text',
    );
  });

  it('learns the leading of a document', () => {
    const wide = Array.from({ length: 12 }, (_, i) => item(`wide ${i}`, 0, 700 - 28 * i));
    const measures = new TypeMeasures();
    expect(pdfPageText(wide, measures)).not.toContain('\n\n');
  });

  it('takes no sentence in large type for a heading', () => {
    const text = pdfPageText([item('This was a quotation.', 0, 760, 90, 20), ...body(9, 720)], new TypeMeasures());
    expect(text.startsWith('This was a quotation.\n\n')).toBe(true);
  });

  it('shortens the dots of a table of contents, whose lines are no headings', () => {
    const text = pdfPageText([item('Two . . . . . . . . 9', 0, 760, 90, 20), ...body(9, 720)], new TypeMeasures());
    expect(text.split('\n')[0]).toBe('Two … 9');
    expect(pdfPageText([item('He said... and...', 0, 0)], new TypeMeasures())).toBe('He said... and...');
  });

  it('is empty where there is none', () => {
    expect(pdfPageText([item(' ', 0, 0)], new TypeMeasures())).toBe('');
  });
});
