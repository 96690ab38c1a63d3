/** HTML: what a reader of the page sees, as lines of text; its headings as Markdown's. */
import { parse } from 'parse5';
import { EngineError } from '../../api/errors.ts';
import type { ByteSource } from '../../formats/byteSource.ts';
import { detectEncoding } from '../encoding.ts';
import { readBytes } from '../readBytes.ts';
import { htmlParts, titleOf } from './htmlText.ts';
import type { DocumentParser, ParsedPart, ParseOptions } from './parser.ts';
import { countReplacements } from './textParts.ts';

/** A page becomes a tree, which takes some twenty times its size. */
const LARGEST_PAGE_BYTES = 32 * 1024 * 1024;
/** By the HTML standard the declaration stands in the first 1024 bytes; some pages have a long comment first. */
const DECLARATION_BYTES = 4096;

export const htmlParser: DocumentParser = {
  id: 'html',
  extensions: ['.html', '.htm', '.xhtml', '.xht'],
  parse: parseHtml,
};

async function* parseHtml(source: ByteSource, { signal }: ParseOptions): AsyncGenerator<ParsedPart, void, undefined> {
  if (source.size > LARGEST_PAGE_BYTES)
    throw new EngineError('document-unreadable', `${source.name} is too large for a page of HTML.`, {
      nextStep: 'Open it in a browser, save it as plain text and open that file.',
    });
  const bytes = await readBytes(source, 0, source.size);
  signal?.throwIfAborted();
  const text = decodePage(bytes, source.name);
  const tree = parse(text, { scriptingEnabled: false });
  const parts = htmlParts(tree);
  const undecodable = countReplacements(text);
  const title = titleOf(tree);
  for (const [i, part] of parts.entries()) {
    signal?.throwIfAborted();
    yield {
      ...part,
      fraction: (i + 1) / parts.length,
      ...(i === 0 && title !== undefined && { title }),
      ...(i === 0 && undecodable > 0 && { warnings: [{ code: 'odd-encoding' as const, count: undecodable }] }),
    };
  }
}

/** Byte-order mark first, then what the page declares, if its bytes agree, else what they look like. */
function decodePage(bytes: Uint8Array<ArrayBuffer>, name: string): string {
  const detected = detectEncoding(bytes.subarray(0, 64 * 1024), name);
  if (detected.bomBytes === 0) {
    const declared = decodeAs(declaredEncoding(bytes), bytes);
    if (declared !== undefined) return declared;
  }
  return new TextDecoder(detected.encoding).decode(bytes);
}

/** `<meta charset="…">`, `<meta http-equiv … content="…; charset=…">`, or that of an XML declaration. */
function declaredEncoding(bytes: Uint8Array): string | undefined {
  const head = new TextDecoder('windows-1252').decode(bytes.subarray(0, DECLARATION_BYTES));
  const label =
    /<meta[^>]*?charset\s*=\s*["']?\s*([\w:.-]+)/iu.exec(head)?.[1] ??
    /^\s*<\?xml[^>]*?encoding\s*=\s*["']([\w:.-]+)/iu.exec(head)?.[1];
  // Whoever could read that far did not read UTF-16.
  return label !== undefined && /^utf-?16/iu.test(label) ? 'utf-8' : label;
}

function decodeAs(label: string | undefined, bytes: Uint8Array): string | undefined {
  if (label === undefined) return undefined;
  try {
    return new TextDecoder(label, { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}
