/** Takes files into the app, one after another; a bad one does not stop the others. */
import { createHash, randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { faultOf } from '../../engine/api/rpc/remoteError.ts';
import { assert } from '../../engine/api/errors.ts';
import type { DocumentFacts } from '../../engine/api/schemas.ts';
import type { Document, ImportEvent } from '../api/documents.ts';
import type { EngineAccess } from '../engineAccess.ts';
import type { DocumentFiles } from './documentFiles.ts';
import type { DocumentRow } from './documentStore.ts';
import { filesToImport } from './filesToImport.ts';

export interface ImportParts {
  readonly engine: EngineAccess;
  readonly files: DocumentFiles;
  withHash(sha256: string): DocumentRow | undefined;
  /** Stores a document that was parsed, with a conversation for its questions. */
  add(id: string, path: string, facts: DocumentFacts): void;
  view(id: string): Promise<Document>;
}

/** A larger file is more likely no document at all than known already: it is not hashed before it was parsed. */
const MAX_EARLY_HASH_BYTES = 256 * 1024 * 1024;

/** Files and folders; ends early when aborted, and keeps what was taken until then. */
export async function* importDocuments(
  parts: ImportParts,
  paths: readonly string[],
  signal: AbortSignal = new AbortController().signal,
): AsyncGenerator<ImportEvent, void, undefined> {
  const found = await filesToImport(paths, signal);
  await parts.files.prepare();
  for (const [index, { path, error }] of found.entries()) {
    signal.throwIfAborted();
    const fractionAt = (ofFile: number): number => (index + ofFile) / found.length;
    try {
      if (error) throw error;
      yield* importOne(parts, path, fractionAt, signal);
    } catch (cause) {
      signal.throwIfAborted();
      const fault = faultOf(cause);
      yield { type: 'rejected', path, error: fault };
      // The next file would only fail for the same reason.
      if (fault.code === 'connection-lost') await parts.engine.recovered(signal);
    }
    yield { type: 'progress', fraction: fractionAt(1) };
  }
}

async function* importOne(
  parts: ImportParts,
  path: string,
  fractionAt: (ofFile: number) => number,
  signal: AbortSignal,
): AsyncGenerator<ImportEvent, void, undefined> {
  const early = await earlyHash(path, signal);
  const known = early !== undefined ? parts.withHash(early) : undefined;
  if (known) return yield await knownEvent(parts, known);
  const id = randomUUID();
  let kept = false;
  try {
    const facts = yield* parse(parts, path, id, fractionAt, signal);
    const same = parts.withHash(facts.sha256);
    if (same) return yield await knownEvent(parts, same);
    parts.add(id, path, facts);
    kept = true;
    yield { type: 'imported', document: await parts.view(id), known: 'no' };
  } finally {
    if (!kept) await parts.files.remove(id);
  }
}

async function* parse(
  { engine, files }: ImportParts,
  path: string,
  id: string,
  fractionAt: (ofFile: number) => number,
  signal: AbortSignal,
): AsyncGenerator<ImportEvent, DocumentFacts, undefined> {
  let facts: DocumentFacts | undefined;
  for await (const event of engine.api.importDocument({ path, folder: files.folder(id) }, signal)) {
    if (event.type === 'imported') facts = event.facts;
    else yield { type: 'progress', fraction: fractionAt(event.fraction) };
  }
  signal.throwIfAborted();
  assert(facts, 'an import tells what it imported');
  return facts;
}

const knownEvent = async ({ view }: ImportParts, { id, deletedAt }: DocumentRow): Promise<ImportEvent> => ({
  type: 'imported',
  document: await view(id),
  known: deletedAt === null ? 'yes' : 'in-bin',
});

/** Undefined when the file is too large or cannot be read; the engine then says why. */
async function earlyHash(path: string, signal: AbortSignal): Promise<string | undefined> {
  try {
    if ((await stat(path)).size > MAX_EARLY_HASH_BYTES) return undefined;
    const hash = createHash('sha256');
    for await (const piece of createReadStream(path, { signal }) as AsyncIterable<Buffer>) hash.update(piece);
    return hash.digest('hex');
  } catch {
    signal.throwIfAborted();
    return undefined;
  }
}
