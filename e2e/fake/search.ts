/** The fake's search: whatever holds the query as it was typed, by kinds. */
import { searchKind, type SearchGroup, type SearchHit, type SearchKind } from '../../src/main/api/conversations.ts';
import type { World } from './world.ts';

export interface Wanted {
  readonly query: string;
  readonly limit: number;
  readonly kind?: SearchKind | undefined;
}

export function search(world: World, { query, limit, kind: only }: Wanted): SearchGroup[] {
  const hits = [...chatHits(world, query), ...documentHits(world, query), ...libraryHits(world, query)];
  return searchKind.options
    .filter((kind) => only === undefined || kind === only)
    .map((kind) => ({ kind, found: hits.filter((hit) => hit.kind === kind) }))
    .filter(({ found }) => found.length > 0)
    .map(({ kind, found }) => ({ kind, total: found.length, more: false, hits: found.slice(0, limit) }));
}

function* chatHits(world: World, query: string): Generator<SearchHit> {
  for (const { id: conversationId, title, messages, deletedAt, documentId } of world.conversations.values()) {
    if (deletedAt !== null) continue;
    const inTitle = documentId === null ? marked(title, query) : undefined;
    if (inTitle) yield { kind: 'title', conversationId, title, snippet: inTitle };
    for (const { id: messageId, text } of messages) {
      const snippet = marked(text, query);
      if (!snippet) continue;
      const where = { conversationId, messageId, title, snippet };
      yield documentId === null ? { kind: 'message', ...where } : { kind: 'question', documentId, ...where };
    }
  }
}

/** A page for every line with text. */
function* documentHits(world: World, query: string): Generator<SearchHit> {
  const { library } = world;
  for (const { id: documentId, title, deletedAt } of library.documents.values()) {
    if (deletedAt !== null) continue;
    const inTitle = marked(title, query);
    if (inTitle) yield { kind: 'document', documentId, title, snippet: inTitle };
    let [startByte, page] = [0, 0];
    for (const line of (library.texts.get(documentId) ?? '').split('\n')) {
      const endByte = startByte + Buffer.byteLength(line);
      if (line !== '') page++;
      const snippet = marked(line, query);
      if (snippet) yield { kind: 'text', documentId, title, startByte, endByte, page, heading: null, snippet };
      startByte = endByte + 1;
    }
  }
}

function* libraryHits(world: World, query: string): Generator<SearchHit> {
  for (const { id: stateId, name, tags } of world.library.states.values()) {
    const snippet = marked([name, ...tags].join(' · '), query);
    if (snippet) yield { kind: 'state', stateId, title: name, snippet };
  }
  for (const { id: folderId, name } of world.folders.values()) {
    const snippet = marked(name, query);
    if (snippet) yield { kind: 'folder', folderId, title: name, snippet };
  }
}

const AROUND = 40;

function marked(text: string, query: string): { text: string; match: boolean }[] | undefined {
  const at = text.toLowerCase().indexOf(query.toLowerCase());
  if (at < 0 || query === '') return undefined;
  const end = at + query.length;
  return [
    { text: text.slice(Math.max(0, at - AROUND), at), match: false },
    { text: text.slice(at, end), match: true },
    { text: text.slice(end, end + AROUND), match: false },
  ];
}
