/** All parsers, those of the core and those that need Node. */
import { htmlParser } from '../documents/parse/htmlParser.ts';
import { markdownParser } from '../documents/parse/markdownParser.ts';
import type { DocumentParser } from '../documents/parse/parser.ts';
import { codeParser, textParser } from '../documents/parse/textParser.ts';
import { pdfParser } from './pdfParser.ts';

/** The last takes any text. */
export const documentParsers: readonly DocumentParser[] = [
  pdfParser,
  htmlParser,
  markdownParser,
  codeParser,
  textParser,
];
