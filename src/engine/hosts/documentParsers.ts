/** All parsers, those of the core and those that need Node. */
import { htmlParser } from '../documents/parse/htmlParser.ts';
import { markdownParser } from '../documents/parse/markdownParser.ts';
import type { DocumentParser } from '../documents/parse/parser.ts';
import { codeParser, textParser } from '../documents/parse/textParser.ts';
import { createPdfParser } from './pdfParser.ts';

/** The last takes any text. */
export const documentParsers: readonly DocumentParser[] = [
  createPdfParser(),
  htmlParser,
  markdownParser,
  codeParser,
  textParser,
];
