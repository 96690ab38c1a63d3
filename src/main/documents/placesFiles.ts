/** The places of documents, from the maps that were written at their import. */
import { readFileSync } from 'node:fs';
import { pagesOf, parsePageMap } from '../../engine/documents/parse/pageMap.ts';
import type { DocumentFiles } from './documentFiles.ts';
import type { Places } from './places.ts';

const NOWHERE: Places = { pagesOf: () => null, titleAt: () => undefined };
/** A thousand pages are ten kilobytes. */
const MOST_KEPT = 100;

export class PlacesFiles {
  readonly #files: Pick<DocumentFiles, 'mapPath'>;
  readonly #kept = new Map<string, Places>();

  constructor(files: Pick<DocumentFiles, 'mapPath'>) {
    this.#files = files;
  }

  /** Without a sound map a document has no places; it can be read all the same. */
  of(documentId: string): Places {
    const kept = this.#kept.get(documentId);
    if (kept) return kept;
    const places = this.#read(documentId);
    if (places === undefined) return NOWHERE;
    const [oldest] = this.#kept.keys();
    if (this.#kept.size >= MOST_KEPT && oldest !== undefined) this.#kept.delete(oldest);
    this.#kept.set(documentId, places);
    return places;
  }

  #read(documentId: string): Places | undefined {
    try {
      return placesIn(readFileSync(this.#files.mapPath(documentId), 'utf8'), documentId);
    } catch {
      return undefined;
    }
  }
}

function placesIn(text: string, name: string): Places {
  const map = parsePageMap(text, name);
  return {
    pagesOf: (range) => pagesOf(range, map) ?? null,
    titleAt: (byte) => map.outline.findLast(({ startByte }) => startByte <= byte)?.title,
  };
}
