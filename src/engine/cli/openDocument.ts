/** Opens the file of a command: plain text as it is; PDF, HTML and Markdown as the text that they are parsed to. */
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { pagesOf, type PageMap, type PageRange } from '../documents/parse/pageMap.ts';
import type { DocumentFormat } from '../documents/parse/parser.ts';
import type { TextRange } from '../documents/sections.ts';
import type { ByteSource } from '../formats/byteSource.ts';
import { fileSource } from '../hosts/files.ts';
import {
  hashOf,
  importDocument,
  openImported,
  parserOf,
  type ImportedDocument,
  type ImportOptions,
  type ImportProgress,
} from '../hosts/importDocument.ts';
import type { CommandContext } from './command.ts';
import { plural } from './format.ts';

/** Raised whenever the parsers give another text for the same file. */
const CACHE_VERSION = 1;
/** So little is parsed before anybody gets impatient: then the command itself tells where it was stopped. */
const QUICK_BYTES = 64 * 1024;
const PARSED_FORMATS: readonly DocumentFormat[] = ['pdf', 'html', 'markdown'];

export interface OpenDocument {
  readonly source: ByteSource;
  /** Where a range lies: `lines 3–7`, or `pages 1–2` where the document has pages. */
  place(range: TextRange): string;
  /** For JSON: the range's pages, where the document has such. */
  pages(range: TextRange): { readonly pages?: PageRange };
}

/** @throws EngineError `document-unreadable`, `storage-failed`; the signal's reason */
export async function openDocument(context: CommandContext, path: string): Promise<OpenDocument> {
  const file = await fileSource(path, 'document-unreadable');
  try {
    // What is wrong with a text is told where it is read.
    const format = await parserOf(file).then(
      ({ id }) => id,
      () => 'text' as const,
    );
    if (!PARSED_FORMATS.includes(format)) return describing(file, undefined);
    const signal = file.size <= QUICK_BYTES ? undefined : context.signal;
    const sha256 = await hashOf(file, signal);
    const folder = join(context.dataFolder, 'cache', 'documents', `${sha256}-${format}-${CACHE_VERSION}`);
    const { source, map } = await cached({ path, folder, signal, output: context.output }, file.name);
    await file.close();
    return describing(source, map);
  } catch (error) {
    await file.close();
    throw error;
  }
}

/** What an earlier command has left, or a new import. */
async function cached(
  { output, ...wanted }: Pick<ImportOptions, 'path' | 'folder' | 'signal'> & Pick<CommandContext, 'output'>,
  name: string,
): Promise<ImportedDocument> {
  const found = await openImported(wanted.folder, name).catch(() => undefined);
  if (found) return found;
  await rm(wanted.folder, { recursive: true, force: true });
  const onProgress = ({ fraction }: ImportProgress): void => output.progress(fraction, `parsing ${name}`);
  const { warnings } = await importDocument({ ...wanted, onProgress });
  const pictures = warnings.find(({ code }) => code === 'scanned-pages')?.count;
  if (pictures !== undefined) output.remark(`${plural(pictures, 'page')} without text: probably pictures.`);
  return await openImported(wanted.folder, name);
}

function describing(source: ByteSource, map: PageMap | undefined): OpenDocument {
  const pages = (range: TextRange): PageRange | undefined => map && pagesOf(range, map);
  return {
    source,
    pages: (range) => {
      const found = pages(range);
      return found ? { pages: found } : {};
    },
    place: (range) => {
      const found = pages(range);
      if (!found) return `lines ${range.startLine}–${range.endLine}`;
      return found.first === found.last ? `page ${found.first}` : `pages ${found.first}–${found.last}`;
    },
  };
}
