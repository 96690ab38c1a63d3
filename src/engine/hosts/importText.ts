/** Imports a plain text as it is: a document folder with the file's own bytes as `text.txt`. */
import { createHash } from 'node:crypto';
import { copyFile, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { basename, extname, join } from 'node:path';
import { EngineError } from '../api/errors.ts';
import type { DocumentFacts } from '../api/schemas.ts';
import { detectTextFormat } from '../documents/encoding.ts';
import { documentSections } from '../documents/pieces.ts';
import type { Tokenizer } from '../tokenizer/types.ts';
import { fileSource, systemReason } from './files.ts';

export interface ImportOptions {
  readonly path: string;
  /** Made by the import; it must not exist. */
  readonly folder: string;
  /** Counts the tokens; without it they stay unknown. */
  readonly tokenizer: Tokenizer | undefined;
  readonly signal: AbortSignal;
  readonly onProgress: (progress: { fraction: number; pages?: number }) => void;
}

/** @throws EngineError `document-unreadable`, `storage-failed`; the signal's reason */
export async function importDocument(options: ImportOptions): Promise<DocumentFacts> {
  const { path, folder, signal } = options;
  const facts = await factsOf(options);
  signal.throwIfAborted();
  const beside = `${folder}.importing`;
  try {
    await rm(beside, { recursive: true, force: true });
    await mkdir(beside, { recursive: true });
    await copyFile(path, join(beside, 'text.txt'));
    await writeFile(join(beside, 'map.json'), '{}');
    await rename(beside, folder);
  } catch (cause) {
    await rm(beside, { recursive: true, force: true });
    throw new EngineError('storage-failed', `The document cannot be kept: ${systemReason(cause)}.`, { cause });
  }
  return facts;
}

async function factsOf({ path, tokenizer, signal, onProgress }: ImportOptions): Promise<DocumentFacts> {
  const source = await fileSource(path, 'document-unreadable');
  try {
    await detectTextFormat(source);
    const bytes = await readFile(path);
    const text = bytes.toString('utf8');
    let [tokens, sections] = [0, 0];
    if (tokenizer)
      for await (const section of documentSections(source, tokenizer, signal)) {
        tokens += section.tokens;
        sections++;
        onProgress({ fraction: section.endByte / source.size });
      }
    const name = basename(path);
    return {
      name,
      title: basename(path, extname(path)),
      format: extname(path) === '.md' ? 'markdown' : 'text',
      pages: null,
      words: text.match(/\S+/gu)?.length ?? 0,
      characters: text.length,
      bytes: bytes.length,
      tokens: tokenizer ? tokens : null,
      language: null,
      sections,
      sha256: createHash('sha256').update(bytes).digest('hex'),
      warnings: [],
    };
  } finally {
    await source.close();
  }
}
