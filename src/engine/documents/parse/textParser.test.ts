import { describe, expect, it } from 'vitest';
import { parseAll } from '../../../../test/support/parseAll.ts';
import { codeParser, textParser } from './textParser.ts';

const utf8 = (text: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(text);
/** GB 18030 of 灯塔守护人每天晚上点灯 and a full stop. */
const GBK = Uint8Array.from(
  'b5 c6 cb fe ca d8 bb a4 c8 cb c3 bf cc ec cd ed c9 cf b5 e3 b5 c6 a1 a3 0d 0a'.split(' '),
  (hex) => parseInt(hex, 16),
);

function utf16(text: string, littleEndian: boolean): Uint8Array<ArrayBuffer> {
  const view = new DataView(new ArrayBuffer(2 * text.length));
  for (let i = 0; i < text.length; i++) view.setUint16(2 * i, text.charCodeAt(i), littleEndian);
  return new Uint8Array(view.buffer);
}

describe('text', () => {
  it.each([
    ['UTF-8', utf8('Ä lamp 灯 🌊\n\nTwo\n'), 'Ä lamp 灯 🌊\n\nTwo\n', []],
    ['UTF-8 with a mark', utf8('\ufeffOne\n'), 'One\n', []],
    ['CRLF', utf8('One\r\n\r\nTwo\r\n'), 'One\r\n\r\nTwo\r\n', []],
    ['old Macs', utf8('One\rTwo\r'), 'One\rTwo\r', []],
    ['no last line end', utf8('One\nTwo'), 'One\nTwo', []],
    ['UTF-16LE with a mark', utf16('\ufeffDie Lampe, 灯\r\nzwei', true), 'Die Lampe, 灯\r\nzwei', []],
    ['UTF-16BE with a mark', utf16('\ufeffDie Lampe, 灯\nzwei', false), 'Die Lampe, 灯\nzwei', []],
    [
      'Windows-1252',
      Uint8Array.from('M\xfcller\x92s caf\xe9\r\n', (c) => c.charCodeAt(0)),
      'Müller’s café\r\n',
      [{ code: 'odd-encoding' }],
    ],
    ['GBK', GBK, '灯塔守护人每天晚上点灯。\r\n', [{ code: 'odd-encoding' }]],
  ])('keeps every line of %s', async (_, bytes, text, warnings) => {
    const parsed = await parseAll(textParser, bytes);
    expect(parsed.text).toBe(text);
    expect(parsed.warnings).toEqual(warnings);
    expect(parsed.parts.at(-1)?.fraction).toBe(1);
    expect(parsed.parts.every(({ page }) => page === undefined)).toBe(true);
  });

  it('counts what made no sense', async () => {
    const bytes = new Uint8Array([...utf8('good\n'.repeat(20_000)), 0xff, 0xfe, 0x0a]);
    expect((await parseAll(textParser, bytes)).warnings).toEqual([{ code: 'odd-encoding', count: 2 }]);
  });

  it('hands on parts of bounded size, even of one endless line', async () => {
    const text = '灯塔 lamp '.repeat(60_000);
    const { parts, text: joined } = await parseAll(textParser, text);
    expect(joined).toBe(text);
    expect(Math.max(...parts.map((part) => part.text.length))).toBeLessThan(160_000);
  });

  it('stops on abort with the reason', async () => {
    const controller = new AbortController();
    controller.abort('enough');
    await expect(parseAll(textParser, 'One\n', 'a.txt', controller.signal)).rejects.toBe('enough');
  });
});

describe('code', () => {
  it('keeps the text exactly', async () => {
    const code = '# not a heading\n\tif (a<b) { [x](y) }\n\n\n<!-- c -->\n';
    expect((await parseAll(codeParser, code)).text).toBe(code);
    expect(codeParser.extensions).toContain('.py');
  });
});
