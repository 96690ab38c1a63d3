/** What was found out about a document, as a text for the user to keep. */
import type { InferOutput } from 'valibot';
import { assertNever } from '../../engine/api/errors.ts';
import type { Exported, exportFormat } from '../api/conversations.ts';
import { documentHtml } from './documentHtml.ts';
import { documentJson } from './documentJson.ts';
import { documentMarkdown } from './documentMarkdown.ts';
import type { DocumentReport } from './documentReport.ts';
import { EXPORT_WORDS, type ExportLanguage } from './exportWords.ts';

export type ExportFormat = InferOutput<typeof exportFormat>;

/** @param language of the words around the content */
export function exportReport(report: DocumentReport, format: ExportFormat, language: ExportLanguage): Exported {
  const words = EXPORT_WORDS[language];
  const stem = fileStem(report.title);
  switch (format) {
    case 'markdown':
      return { fileName: `${stem}.md`, mimeType: 'text/markdown', content: documentMarkdown(report, words) };
    case 'html':
      return { fileName: `${stem}.html`, mimeType: 'text/html', content: documentHtml(report, words) };
    case 'json':
      return { fileName: `${stem}.json`, mimeType: 'application/json', content: documentJson(report) };
    default:
      return assertNever(format);
  }
}

/** Names that Windows keeps for devices, whatever follows a dot. */
const DEVICE_NAME = /^(con|prn|aux|nul|com[\d¹²³]|lpt[\d¹²³])\s*(\.|$)/iu;
/** Characters and bytes: file systems count to 255 of these or those. */
const LONGEST_STEM = 80;
const LONGEST_STEM_BYTES = 240;

/** A title as a file's name without extension, which any file system takes. */
export function fileStem(title: string): string {
  const cleaned = title
    .normalize('NFC')
    .replace(/[\p{Cc}\p{Cf}<>:"/\\|?*]+/gu, ' ')
    .replace(/\s+/gu, ' ')
    .trim();
  const characters = [...cleaned].slice(0, LONGEST_STEM);
  while (Buffer.byteLength(characters.join('')) > LONGEST_STEM_BYTES) characters.pop();
  const stem = characters.join('').replace(/^[. ]+|[. ]+$/gu, '');
  return stem === '' || DEVICE_NAME.test(stem) ? 'Anser' : stem;
}
