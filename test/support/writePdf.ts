/** Writes small PDFs: text at given places, in a Latin and two Chinese fonts; bookmarks; a password, if wanted. */
import { PdfCipher } from './pdfCipher.ts';

export interface PdfText {
  readonly text: string;
  /** Points from the left and from the bottom of the page. */
  readonly x: number;
  readonly y: number;
  /** Of the type, in points; default 12. */
  readonly size?: number;
  /**
   * `latin` (Helvetica, the default); `unicode`, a font whose codes only its ToUnicode map explains; `gb`, a font whose
   * codes only a predefined map explains that does not lie in the file.
   */
  readonly font?: 'latin' | 'unicode' | 'gb';
}

export interface PdfOptions {
  readonly title?: string;
  /** Bookmarks to pages, counted from 1. */
  readonly outline?: readonly { readonly title: string; readonly page: number }[];
  /** Encrypts with RC4, 40 bits: what the oldest PDFs use, and every reader knows. */
  readonly password?: string;
}

/** A column of lines from the top of the page, a usual step apart; '' leaves one out. */
export const linesAt = (
  lines: readonly string[],
  { x = 72, y = 720, size = 12, font = 'latin' as const } = {},
): PdfText[] =>
  lines.map((text, i) => ({ text, x, y: y - 1.2 * size * i, size, font })).filter(({ text }) => text !== '');

const [CATALOG, PAGES, LATIN, UNICODE, GB, INFO, OUTLINES] = [1, 2, 3, 4, 5, 6, 7];
const FIRST_FREE = 20;

/** The bytes of a PDF with these pages. */
export function writePdf(pages: readonly (readonly PdfText[])[], options: PdfOptions = {}): Uint8Array<ArrayBuffer> {
  const cipher = options.password === undefined ? undefined : new PdfCipher(options.password);
  const file = new PdfFile(cipher);
  const pageIds = pages.map((_, i) => FIRST_FREE + 2 * i);
  const outline = options.outline ?? [];
  const outlineId = (i: number): number => FIRST_FREE + 2 * pages.length + i;
  file.object(
    CATALOG,
    `<< /Type /Catalog /Pages ${PAGES} 0 R ${outline.length > 0 ? `/Outlines ${OUTLINES} 0 R ` : ''}>>`,
  );
  file.object(PAGES, `<< /Type /Pages /Kids [${pageIds.map((id) => `${id} 0 R`).join(' ')}] /Count ${pages.length} >>`);
  writeFonts(file);
  file.object(INFO, `<< ${options.title === undefined ? '' : `/Title ${file.string(INFO, options.title)} `}>>`);
  if (outline.length > 0)
    file.object(
      OUTLINES,
      `<< /First ${outlineId(0)} 0 R /Last ${outlineId(outline.length - 1)} 0 R /Count ${outline.length} >>`,
    );
  for (const [i, texts] of pages.entries()) {
    const id = FIRST_FREE + 2 * i;
    const fonts = `<< /latin ${LATIN} 0 R /unicode ${UNICODE} 0 R /gb ${GB} 0 R >>`;
    file.object(
      id,
      `<< /Type /Page /Parent ${PAGES} 0 R /MediaBox [0 0 612 792] /Contents ${id + 1} 0 R /Resources << /Font ${fonts} >> >>`,
    );
    file.stream(id + 1, '', `BT\n${texts.map(operatorsOf).join('')}ET\n`);
  }
  for (const [i, { title, page }] of outline.entries()) {
    const next = i + 1 < outline.length ? `/Next ${outlineId(i + 1)} 0 R ` : '';
    const dest = `[${pageIds[page - 1] ?? 0} 0 R /Fit]`;
    file.object(
      outlineId(i),
      `<< /Title ${file.string(outlineId(i), title)} /Parent ${OUTLINES} 0 R ${next}/Dest ${dest} >>`,
    );
  }
  return file.finish();
}

function operatorsOf({ text, x, y, size = 12, font = 'latin' }: PdfText): string {
  const shown = font === 'latin' ? `(${text.replace(/[\\()]/gu, '\\$&')})` : `<${utf16Hex(text)}>`;
  return `/${font} ${size} Tf\n1 0 0 1 ${x} ${y} Tm\n${shown} Tj\n`;
}

const utf16Hex = (text: string): string =>
  Array.from({ length: text.length }, (_, i) => text.charCodeAt(i).toString(16).padStart(4, '0')).join('');

function writeFonts(file: PdfFile): void {
  file.object(LATIN, '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>');
  const composite = (id: number, encoding: string, ordering: string, more: string): void => {
    file.object(
      id,
      `<< /Type /Font /Subtype /Type0 /BaseFont /Song /Encoding /${encoding} /DescendantFonts [${id + 4} 0 R] ${more}>>`,
    );
    file.object(
      id + 4,
      `<< /Type /Font /Subtype /CIDFontType0 /BaseFont /Song /DW 1000 /FontDescriptor ${id + 8} 0 R ` +
        `/CIDSystemInfo << /Registry ${file.string(id + 4, 'Adobe')} /Ordering ${file.string(id + 4, ordering)} /Supplement 2 >> >>`,
    );
    file.object(
      id + 8,
      '<< /Type /FontDescriptor /FontName /Song /Flags 4 /FontBBox [0 -200 1000 900] /ItalicAngle 0 /Ascent 800 /Descent -200 /CapHeight 700 /StemV 80 >>',
    );
  };
  composite(UNICODE, 'Identity-H', 'Identity', `/ToUnicode ${UNICODE + 12} 0 R `);
  composite(GB, 'UniGB-UCS2-H', 'GB1', '');
  file.stream(
    UNICODE + 12,
    '',
    '/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n/CMapName /Own def\n/CMapType 2 def\n' +
      '1 begincodespacerange\n<0000> <ffff>\nendcodespacerange\n' +
      '1 beginbfrange\n<0000> <ffff> <0000>\nendbfrange\nendcmap\nend\nend\n',
  );
}

/** Objects with their places, for the table at the end. Latin-1 strings: a character a byte. */
class PdfFile {
  readonly #pieces: string[] = ['%PDF-1.4\n%\xe2\xe3\xcf\xd3\n'];
  readonly #offsets = new Map<number, number>();
  readonly #cipher: PdfCipher | undefined;
  #length = 15;

  constructor(cipher: PdfCipher | undefined) {
    this.#cipher = cipher;
  }

  object(id: number, body: string): void {
    this.#offsets.set(id, this.#length);
    this.#add(`${id} 0 obj\n${body}\nendobj\n`);
  }

  stream(id: number, entries: string, content: string): void {
    const bytes = this.#encrypted(id, content);
    this.object(id, `<< ${entries}/Length ${bytes.length} >>\nstream\n${bytes}\nendstream`);
  }

  /** A text of object `id`. */
  string(id: number, text: string): string {
    const latin = /^[\0-\xff]*$/u.test(text) ? text : `\xfe\xff${bytesOfHex(utf16Hex(text))}`;
    return `<${hexOfBytes(this.#encrypted(id, latin))}>`;
  }

  finish(): Uint8Array<ArrayBuffer> {
    const start = this.#length;
    const ids = [...this.#offsets.keys()].sort((a, b) => a - b);
    const last = ids.at(-1) ?? 0;
    this.#add(`xref\n0 ${last + 1}\n0000000000 65535 f \n`);
    for (let id = 1; id <= last; id++) {
      const offset = this.#offsets.get(id);
      this.#add(offset === undefined ? '0000000000 00001 f \n' : `${String(offset).padStart(10, '0')} 00000 n \n`);
    }
    const encrypt = this.#cipher ? `/Encrypt ${this.#cipher.dictionary} ` : '';
    const id = this.#cipher ? `/ID [<${this.#cipher.fileIdHex}> <${this.#cipher.fileIdHex}>] ` : '';
    this.#add(
      `trailer\n<< /Size ${last + 1} /Root ${CATALOG} 0 R /Info ${INFO} 0 R ${encrypt}${id}>>\nstartxref\n${start}\n%%EOF\n`,
    );
    return new Uint8Array(Buffer.from(this.#pieces.join(''), 'latin1'));
  }

  #encrypted(id: number, latin: string): string {
    return this.#cipher ? this.#cipher.encrypt(id, latin) : latin;
  }

  #add(piece: string): void {
    this.#pieces.push(piece);
    this.#length += piece.length;
  }
}

const hexOfBytes = (latin: string): string => Buffer.from(latin, 'latin1').toString('hex');
const bytesOfHex = (hex: string): string => Buffer.from(hex, 'hex').toString('latin1');
