/** Keeps the index of the documents' texts complete, in the background, and reads from the texts what it points to. */
import { open, readFile } from 'node:fs/promises';
import { setImmediate } from 'node:timers/promises';
import { parsePageMap, type PageMap } from '../../engine/documents/parse/pageMap.ts';
import type { DocumentFiles } from '../documents/documentFiles.ts';
import type { Places } from '../documents/places.ts';
import { AppError } from '../errors.ts';
import { isDamage } from '../store/database.ts';
import { searchableText } from './matching.ts';
import { OpenText } from './openText.ts';
import { partsOf, type CutPart } from './partsOf.ts';
import { TextIndex, type TextPart } from './textIndex.ts';
import type { TextSource } from './textHits.ts';

export interface DocumentTextsParts {
  /** Of the index; `:memory:` for one that is gone with the program. */
  readonly path: string;
  readonly files: Pick<DocumentFiles, 'textPath' | 'mapPath'>;
  places(documentId: string): Places;
}

/** Bytes of text that are indexed at once: everything else waits for some milliseconds. */
const SLICE_BYTES = 32 * 1024;

export class DocumentTexts implements TextSource {
  readonly #parts: DocumentTextsParts;
  readonly #known = new Set<string>();
  readonly #waiting = new Set<string>();
  #index: TextIndex;
  #work: Promise<void> = Promise.resolve();
  #closed = false;
  #recovered = false;

  constructor(parts: DocumentTextsParts) {
    this.#parts = parts;
    this.#index = new TextIndex(parts.path);
  }

  /** For the start of the program: indexes what is missing, and drops what belongs to no document. */
  complete(documentIds: readonly string[]): void {
    for (const id of documentIds) this.#known.add(id);
    this.#safely(() => {
      const progress = this.#index.progress();
      for (const id of progress.keys()) if (!this.#known.has(id)) this.remove(id);
      for (const id of this.#known) if (progress.get(id)?.finished !== true) this.add(id);
    });
  }

  /** Indexes a document whose text is in its place, soon. */
  add(documentId: string): void {
    this.#known.add(documentId);
    this.#waiting.add(documentId);
    this.#work = this.#work.then(() => this.#take(documentId));
  }

  remove(documentId: string): void {
    this.#known.delete(documentId);
    this.#waiting.delete(documentId);
    this.#safely(() => this.#index.remove(documentId));
  }

  /** Resolves when all that was added is indexed. */
  get settled(): Promise<void> {
    return this.#work;
  }

  *candidates(terms: readonly string[]): Generator<TextPart, void, undefined> {
    try {
      yield* this.#index.candidates(terms);
    } catch (error) {
      this.#recover(error);
    }
  }

  *read(parts: Iterable<TextPart>): Generator<readonly [TextPart, string], void, undefined> {
    const file = new OpenText(this.#parts.files);
    try {
      for (const part of parts) {
        const text = file.read(part);
        if (text !== undefined) yield [part, text];
      }
    } finally {
      file.close();
    }
  }

  placeOf(part: TextPart): { page: number | null; heading: string | null } {
    const places = this.#parts.places(part.documentId);
    return { page: places.pagesOf(part)?.first ?? null, heading: places.titleAt(part.startByte) ?? null };
  }

  /** What is not indexed yet is at the next start. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#waiting.clear();
    await this.#work;
    this.#index.close();
  }

  async #take(documentId: string): Promise<void> {
    try {
      const { files } = this.#parts;
      await using file = await open(files.textPath(documentId), 'r');
      const map = (await mapIn(files.mapPath(documentId))) ?? {
        bytes: (await file.stat()).size,
        pages: [],
        outline: [],
      };
      const from = this.#index.progress().get(documentId)?.bytes ?? 0;
      let slice: CutPart[] = [];
      const keep = (bytes: number): void => {
        const parts = slice.map(({ raw, ...range }) => ({ ...range, text: searchableText(raw) }));
        this.#index.add(documentId, parts, { bytes, finished: bytes === map.bytes });
        slice = [];
      };
      for await (const part of partsOf(file, map, from)) {
        slice.push(part);
        const size = part.endByte - (slice[0]?.startByte ?? 0);
        if (size < SLICE_BYTES && part.endByte < map.bytes) continue;
        await setImmediate();
        if (!this.#waiting.has(documentId)) return;
        keep(part.endByte);
      }
      if (map.bytes === 0) keep(0);
    } catch (error) {
      // A text that cannot be read says so when it is opened. A full disk, too, says so elsewhere.
      this.#recover(error);
    } finally {
      this.#waiting.delete(documentId);
    }
  }

  #safely(act: () => void): void {
    try {
      act();
    } catch (error) {
      this.#recover(error);
    }
  }

  /** Makes a damaged index anew, once: a disk that damages it again would keep the program busy for ever. */
  #recover(error: unknown): void {
    const reason = error instanceof AppError ? error.cause : error;
    if (!isDamage(reason) || this.#closed || this.#recovered) return;
    this.#recovered = true;
    this.#index.discard();
    this.#index = new TextIndex(this.#parts.path);
    for (const id of this.#known) this.add(id);
  }
}

/** Undefined without a sound map: then the text has neither pages nor headings. */
async function mapIn(path: string): Promise<PageMap | undefined> {
  try {
    return parsePageMap(await readFile(path, 'utf8'), path);
  } catch {
    return undefined;
  }
}
