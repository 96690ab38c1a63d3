/** The fake's part for documents: files are really read, everything that a model would do follows a script. */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { RemoteError } from '../../src/engine/api/rpc/remoteError.ts';
import type { AppApi } from '../../src/main/api/contract.ts';
import type { DocumentMethods } from '../../src/main/documents/documentMethods.ts';
import type { MessageBasis, TurnEvent } from '../../src/main/api/conversations.ts';
import type { Document, DocumentSummary, ImportEvent, SectionSummary } from '../../src/main/api/documents.ts';
import { ScriptedReading, sectionsOf } from './readings.ts';
import type { World } from './world.ts';

type DocumentPart = Pick<AppApi, keyof DocumentMethods | 'importSample'>;

const SAMPLE = join(import.meta.dirname, '..', '..', 'resources', 'samples', 'lighthouse.md');

export function documentPart(world: World): DocumentPart {
  const { library } = world;
  const changed = (id?: string): void => {
    world.emit({ type: 'changed', what: 'documents' });
    if (id !== undefined) world.emit({ type: 'document', id });
  };
  const patch = (ids: readonly string[], deletedAt: string | null): Record<string, never> => {
    for (const id of ids) library.documents.set(id, { ...library.document(id), deletedAt });
    changed();
    return {};
  };
  return {
    listDocuments: async ({ deleted }) =>
      [...library.documents.keys()]
        .map((id) => summaryOf(library.shown(id)))
        .filter(({ deletedAt }) => (deletedAt !== null) === deleted),
    getDocument: async ({ id }) => library.shown(id),
    importDocuments: ({ paths }) => importDocuments(world, paths),
    importSample: () => importDocuments(world, [SAMPLE]),
    startReading: async ({ id, focus, summarise, fresh }) => {
      if (world.engine.type !== 'loaded') throw noModel();
      const before = library.readings.get(id);
      const same = before?.reading.focus === focus && fresh !== true;
      const reading = same
        ? before
        : new ScriptedReading({
            ...{ document: library.document(id), text: library.texts.get(id) ?? '', focus, summarise },
            ...{ tickMs: world.options.pieceMs, now: () => world.now(), onStatus: () => changed(id) },
          });
      library.readings.set(id, reading);
      reading.start();
      return reading.reading;
    },
    pauseReading: async ({ id }) => {
      library.readings.get(id)?.pause();
      return {};
    },
    cancelReading: async ({ id }) => {
      library.readings.get(id)?.pause();
      library.readings.delete(id);
      library.documents.set(id, { ...library.document(id), reading: null });
      changed(id);
      return {};
    },
    followReading: ({ id }, signal) => library.readings.get(id)?.follow(signal) ?? nothingToFollow(library.shown(id)),
    askDocument: (asked, signal) => ask(world, asked, signal),
    getPassage: async ({ id, startByte, endByte }) => ({
      text: Buffer.from(library.texts.get(id) ?? '')
        .subarray(startByte, endByte)
        .toString(),
    }),
    exportDocument: async ({ id, format, language }) => ({
      ...{
        fileName: `summary.${language}.${{ markdown: 'md', html: 'html', json: 'json' }[format]}`,
        mimeType: 'text/plain',
      },
      content: library.shown(id).reading?.overall ?? '',
    }),
    deleteDocuments: async ({ ids }) => patch(ids, world.now()),
    restoreDocuments: async ({ ids }) => patch(ids, null),
    purgeDocuments: async ({ ids }) => {
      for (const id of ids) library.documents.delete(id);
      changed();
      return {};
    },
  };
}

const noModel = (): RemoteError => new RemoteError({ code: 'model-unloaded', message: 'No model is loaded.' });

async function* nothingToFollow({ reading }: Document) {
  if (reading) yield { type: 'state' as const, reading };
}

async function* importDocuments(world: World, paths: readonly string[]): AsyncGenerator<ImportEvent> {
  for (const [index, path] of paths.entries()) {
    const bytes = await readFile(path);
    yield { type: 'progress', fraction: (index + 0.5) / paths.length };
    await new Promise((resolve) => setTimeout(resolve, world.options.pieceMs));
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    const known = [...world.library.documents.values()].find(({ facts }) => facts.sha256 === sha256);
    if (bytes.includes(0) || bytes.length === 0) {
      const message = bytes.length === 0 ? `${basename(path)} is empty.` : `${basename(path)} is no text.`;
      yield { type: 'rejected', path, error: { code: 'document-unreadable', message } };
    } else if (known) {
      yield { type: 'imported', document: known, known: known.deletedAt === null ? 'yes' : 'in-bin' };
    } else {
      yield { type: 'imported', document: addDocument(world, basename(path), bytes.toString()), known: 'no' };
    }
  }
}

/** @param patch what is different from a plain text that nobody has read */
export function addDocument(world: World, name: string, text: string, patch: Partial<Document> = {}): Document {
  const { library } = world;
  const id = world.newId('d');
  const title = /^# (.*)$/mu.exec(text)?.[1] ?? name;
  const format = name.endsWith('.md') ? 'markdown' : 'text';
  const pages = patch.pages ?? null;
  const made: Document = {
    ...{ id, name, title, format, pages, createdAt: world.now(), deletedAt: null, status: 'new', fraction: 0 },
    ...{ path: `/home/user/${name}`, estimatedSeconds: text.length / 4 / 412, reading: null, diskBytes: text.length },
    facts: {
      ...{ name, title, format, pages, words: text.split(/\s+/u).length, characters: text.length },
      ...{ bytes: Buffer.byteLength(text), tokens: Math.ceil(text.length / 4), language: 'eng', warnings: [] },
      sections: sectionsOf(text, pages).length,
      sha256: createHash('sha256').update(text).digest('hex'),
    },
    ...patch,
    conversationId: world.addConversation({ title, documentId: id }).id,
  };
  library.documents.set(id, made);
  library.texts.set(id, text);
  world.emit({ type: 'changed', what: 'documents' });
  return made;
}

export function summaryOf(document: Document): DocumentSummary {
  const { id, name, title, format, pages, createdAt, deletedAt, status, fraction } = document;
  return { id, name, title, format, pages, createdAt, deletedAt, status, fraction };
}

interface Asked {
  readonly id: string;
  readonly question: string;
  readonly mode: 'memory' | 'reread';
}

async function* ask(world: World, { id, question, mode }: Asked, signal?: AbortSignal): AsyncGenerator<TurnEvent> {
  await world.settled(signal);
  if (world.engine.type !== 'loaded') throw noModel();
  const document = world.library.shown(id);
  const { conversationId } = document;
  const before = world.conversation(conversationId);
  const user = world.message({ role: 'user', text: question, parentId: before.headId });
  let answer = world.message({ role: 'assistant', text: '', parentId: user.id, status: 'writing' });
  const store = (): unknown =>
    world.change(conversationId, { messages: [...before.messages, user, answer], headId: answer.id });
  store();
  yield { type: 'begun', user, answer };
  const sections = sectionsOf(world.library.texts.get(id) ?? '', document.pages).slice(1, 3);
  const basis = mode === 'memory' ? memory(document) : reread(sections);
  yield { type: 'basis', basis };
  const text = `Asked ${mode === 'memory' ? 'from memory' : 'by re-reading'}: “${question}”. The lamp was lit in **1844**.`;
  for (const piece of text.match(/[\s\S]{1,6}/g) ?? []) {
    if (signal?.aborted) break;
    await new Promise((resolve) => setTimeout(resolve, world.options.pieceMs));
    answer = { ...answer, text: answer.text + piece };
    yield { type: 'text', text: piece };
  }
  const documentTokens = mode === 'memory' ? 0 : sections.reduce((sum, { section }) => sum + section.tokens, 0);
  answer = { ...answer, status: 'finished', endReason: 'stop', basis: { ...basis, documentTokens } };
  store();
  yield { type: 'end', answer };
}

const memory = ({ facts, pages }: Document): MessageBasis => ({
  basis: { mode: 'memory', sections: facts.sections, bytes: facts.bytes, totalBytes: facts.bytes },
  pages: pages === null ? null : [{ first: 1, last: pages }],
  documentTokens: 0,
});

const reread = (sections: readonly SectionSummary[]): MessageBasis => ({
  basis: {
    mode: 'reread',
    passages: sections.map(({ section: { index, title, ...range } }) => ({
      ...{ index, sectionIndex: index, sectionTitle: title },
      ...range,
    })),
  },
  pages: sections.some(({ pages }) => pages === null) ? null : sections.flatMap(({ pages }) => pages ?? []),
  documentTokens: 0,
});
