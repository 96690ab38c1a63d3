/** Which parser a file wants: by its content where that is plain, else by its extension. */
import { EngineError } from '../../api/errors.ts';
import { looksLikeText } from '../encoding.ts';
import type { DocumentParser } from './parser.ts';

/** How much of a file is looked at. */
export const HEAD_BYTES = 64 * 1024;
/** The header of a PDF may stand behind a little rubbish. */
const PDF_HEADER_WITHIN = 1024;

const KNOWN_FILES: readonly (readonly [bytes: string, kind: string, nextStep: string])[] = [
  [
    'PK\u0003\u0004',
    'a ZIP archive, or a Word, EPUB or OpenDocument file',
    'Save it as PDF or as plain text and open that file.',
  ],
  ['\u00d0\u00cf\u0011\u00e0', 'an old Word or Excel file', 'Save it as PDF or as plain text and open that file.'],
  ['{\\rtf', 'a Rich Text file', 'Save it as PDF or as plain text and open that file.'],
  ['\u0089PNG', 'a picture', 'Run it through text recognition (OCR) and open the result.'],
  ['\u00ff\u00d8\u00ff', 'a picture', 'Run it through text recognition (OCR) and open the result.'],
  ['GIF8', 'a picture', 'Run it through text recognition (OCR) and open the result.'],
  ['\u001f\u008b', 'a compressed file', 'Unpack it and open what is inside.'],
  ['7z\u00bc\u00af', 'a compressed file', 'Unpack it and open what is inside.'],
  ['Rar!', 'a compressed file', 'Unpack it and open what is inside.'],
  ['%!PS', 'a PostScript file', 'Convert it to PDF and open that file.'],
];

/**
 * @param head the first `HEAD_BYTES` of the file
 * @param name the file's name
 * @param parsers the last is for whatever is text and nothing else
 * @throws EngineError `document-unreadable` for what no parser can read
 */
export function chooseParser(head: Uint8Array, name: string, parsers: readonly DocumentParser[]): DocumentParser {
  if (head.length === 0)
    throw new EngineError('document-unreadable', `${name} is empty.`, { nextStep: 'Choose a file with text in it.' });
  const byId = (id: DocumentParser['id']): DocumentParser | undefined => parsers.find((parser) => parser.id === id);
  const beginning = new TextDecoder('windows-1252').decode(head.subarray(0, PDF_HEADER_WITHIN));
  const isPdf = beginning.startsWith('%PDF-') || (beginning.includes('%PDF-') && /\.pdf$/iu.test(name));
  const pdf = byId('pdf');
  if (isPdf && pdf) return pdf;
  requireText(head, name);
  const byName = parsers.find(({ extensions }) => extensions.includes(extensionOf(name)));
  if (byName?.id === 'pdf')
    throw new EngineError('document-unreadable', `${name} is no PDF, in spite of its name.`, {
      nextStep: 'Download or copy it again, or give it the extension that it should have.',
    });
  const chosen = byName ?? (looksLikeHtml(beginning) ? byId('html') : undefined) ?? parsers.at(-1);
  if (!chosen) throw new Error('Internal error: no parsers.');
  return chosen;
}

function requireText(head: Uint8Array, name: string): void {
  const known = KNOWN_FILES.find(([bytes]) => [...bytes].every((character, i) => head[i] === character.charCodeAt(0)));
  if (known)
    throw new EngineError('document-unreadable', `${name} is ${known[1]}, which cannot be read.`, {
      nextStep: known[2],
    });
  if (!looksLikeText(head))
    throw new EngineError('document-unreadable', `${name} is not a document: it holds something other than text.`, {
      nextStep: 'Choose a PDF, a web page, or a file of text.',
    });
}

/** Lower case, with the dot; '' where there is none. */
const extensionOf = (name: string): string => /\.[^.]+$/u.exec(name)?.[0].toLowerCase() ?? '';

const looksLikeHtml = (beginning: string): boolean =>
  /^\ufeff?(?:\u00ef\u00bb\u00bf)?\s*(?:<!--[\s\S]*?-->\s*)*<(?:!doctype\s+html|html[\s>])/iu.test(beginning);
