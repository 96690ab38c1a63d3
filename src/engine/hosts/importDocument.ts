/**
 * Imports a document: parses the user's file once into a folder of ours, which holds the text that everything else
 * works on (`text.txt`, UTF-8) and where its pages begin (`map.json`). The folder appears whole or not at all.
 */
import { createHash } from 'node:crypto';
import { open, readFile, type FileHandle } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { DocumentFacts } from '../api/schemas.ts';
import { chooseParser, HEAD_BYTES } from '../documents/parse/chooseParser.ts';
import { FactsGatherer } from '../documents/parse/facts.ts';
import { pageMapOf, parsePageMap, type PageMap } from '../documents/parse/pageMap.ts';
import type { DocumentParser, ParsedPart } from '../documents/parse/parser.ts';
import { readBytes } from '../documents/readBytes.ts';
import type { ByteSource } from '../formats/byteSource.ts';
import type { Tokenizer } from '../tokenizer/types.ts';
import { documentParsers } from './documentParsers.ts';
import { fileSource } from './files.ts';
import { makeFolder, storing } from './importFolder.ts';

const TEXT_FILE = 'text.txt';
const MAP_FILE = 'map.json';
const MEBIBYTE = 1024 * 1024;
/** Of the whole work: hashing the file, then parsing it, then finding sections. Only for showing how far it is. */
const HASHED = 0.05;
const PARSED = 0.9;

export interface ImportProgress {
  /** 0 to 1. */
  readonly fraction: number;
  /** Pages parsed so far; undefined where there are none. */
  readonly pages?: number;
}

export interface ImportOptions {
  readonly path: string;
  /** Must not exist; the folders above it are made. */
  readonly folder: string;
  /** For counting tokens, where a vocabulary is at hand. */
  readonly tokenizer?: Tokenizer | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: ImportProgress) => void) | undefined;
}

/** An imported document, ready to be read. */
export interface ImportedDocument {
  /** Named after the original file where a name was given. */
  readonly source: ByteSource;
  readonly map: PageMap;
}

/**
 * On abort or failure nothing is left behind.
 * @throws EngineError `document-unreadable` for a file that cannot be read or holds no text, `storage-failed` when the
 *   folder cannot be written, `invalid-argument` when it exists; the signal's reason
 */
export async function importDocument(options: ImportOptions): Promise<DocumentFacts> {
  const { path, folder, signal } = options;
  signal?.throwIfAborted();
  const source = await fileSource(path, 'document-unreadable');
  try {
    const parser = await parserOf(source);
    const sha256 = await hashOf(source, signal, (part) => options.onProgress?.({ fraction: HASHED * part }));
    return await makeFolder(folder, async (temporary) => {
      const facts = await writeInto(temporary, source, parser, { ...options, sha256 });
      signal?.throwIfAborted();
      return facts;
    });
  } finally {
    await source.close();
  }
}

/**
 * Opens what `importDocument` left in `folder`.
 * @param name for messages; default: the text file's own
 * @throws EngineError `document-unreadable`
 */
export async function openImported(folder: string, name?: string): Promise<ImportedDocument> {
  const source = await fileSource(join(folder, TEXT_FILE), 'document-unreadable');
  try {
    const text = await readFile(join(folder, MAP_FILE), 'utf8').catch(() => '');
    return { source: { ...source, name: name ?? source.name }, map: parsePageMap(text, name ?? folder) };
  } catch (error) {
    await source.close();
    throw error;
  }
}

/** @throws EngineError `document-unreadable` */
export async function parserOf(source: ByteSource): Promise<DocumentParser> {
  const head = await readBytes(source, 0, Math.min(HEAD_BYTES, source.size));
  return chooseParser(head, source.name, documentParsers);
}

/** SHA-256 (hex) of a whole file. @throws EngineError `document-unreadable`; the signal's reason */
export async function hashOf(
  source: ByteSource,
  signal?: AbortSignal,
  onProgress?: (part: number) => void,
): Promise<string> {
  const hash = createHash('sha256');
  for (let offset = 0; offset < source.size; offset += MEBIBYTE) {
    signal?.throwIfAborted();
    hash.update(await readBytes(source, offset, Math.min(MEBIBYTE, source.size - offset)));
    onProgress?.(offset / source.size);
  }
  return hash.digest('hex');
}

async function writeInto(
  folder: string,
  source: ByteSource,
  parser: DocumentParser,
  options: ImportOptions & { readonly sha256: string },
): Promise<DocumentFacts> {
  const { signal, tokenizer, sha256, onProgress } = options;
  const gatherer = new FactsGatherer();
  const writer = new TextWriter(parser);
  await writingFile(join(folder, TEXT_FILE), async (file) => {
    for await (const parsed of parser.parse(source, { signal })) {
      // A text file with such in it is taken for a binary one.
      const part = { ...parsed, text: parsed.text.replaceAll('\0', '') };
      await storing(folder, () => writer.write(file, part));
      gatherer.add(part);
      onProgress?.({
        fraction: HASHED + (PARSED - HASHED) * part.fraction,
        ...(part.page !== undefined && { pages: part.page }),
      });
    }
  });
  await writingFile(join(folder, MAP_FILE), (file) =>
    storing(folder, () => file.writeFile(JSON.stringify(writer.map))),
  );
  const text = await fileSource(join(folder, TEXT_FILE), 'document-unreadable');
  try {
    return await gatherer.finish(text, { name: source.name, format: parser.id, sha256 }, tokenizer, signal);
  } finally {
    await text.close();
  }
}

/** Writes parts and keeps where they begin. */
class TextWriter {
  readonly #format: PageMap['format'];
  readonly #pages: number[] = [];
  readonly #outline: PageMap['outline'] = [];
  #bytes = 0;

  constructor(parser: DocumentParser) {
    this.#format = parser.id;
  }

  async write(file: FileHandle, { text, page, headings = [] }: ParsedPart): Promise<void> {
    if (page !== undefined) this.#pages.push(this.#bytes);
    for (const { title, level } of headings) this.#outline.push({ title, level, startByte: this.#bytes });
    const bytes = new TextEncoder().encode(text);
    await file.writeFile(bytes);
    this.#bytes += bytes.length;
  }

  get map(): PageMap {
    return pageMapOf({ format: this.#format, bytes: this.#bytes, pages: this.#pages, outline: this.#outline });
  }
}

async function writingFile(path: string, write: (file: FileHandle) => Promise<void>): Promise<void> {
  const file = await storing(dirname(path), () => open(path, 'wx'));
  try {
    await write(file);
    await storing(dirname(path), () => file.sync());
  } finally {
    await file.close();
  }
}
