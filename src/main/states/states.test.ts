import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { engineError } from '../../../test/support/engineErrors.ts';
import { FakeConversations } from '../../../test/support/fakeConversations.ts';
import { death, FakeEngine, MODEL, OTHER_MODEL, sectionFacts } from '../../../test/support/fakeEngineAccess.ts';
import { SnapshotFiles } from '../../../test/support/snapshotFiles.ts';
import type { Document } from '../api/documents.ts';
import type { SavedState } from '../api/states.ts';
import { isSnapshotUsed } from '../conversations/snapshotUse.ts';
import { SnapshotDisposal } from '../snapshotDisposal.ts';
import { openDatabase } from '../store/database.ts';
import { SnapshotFolder } from './snapshotFolder.ts';
import { StateBundles } from './stateBundles.ts';
import { StateLibrary } from './stateLibrary.ts';
import { stateMethods, type StateMethods } from './stateMethods.ts';
import { StateStore } from './stateStore.ts';

/** What of a document counts here. */
const DOCUMENT = {
  title: 'A talk',
  reading: {
    ...{ focus: 'dates', overall: '' },
    sections: [
      { section: sectionFacts(0), pages: null, summary: 'It begins.' },
      { section: sectionFacts(1), pages: null, summary: null },
    ],
  },
} as unknown as Document;

let folder: string;
let db: DatabaseSync;
let files: SnapshotFiles;
let engine: FakeEngine;
let conversations: FakeConversations;
let store: StateStore;
let disposal: SnapshotDisposal;
let bundles: StateBundles;
let methods: StateMethods;
let [conversationId, messageId] = ['', ''];
let documentSnapshot: string | undefined;
let changes = 0;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'anser-states-'));
  db = openDatabase(join(folder, 'anser.db'));
  // Nobody cuts the power of a test.
  db.exec('PRAGMA synchronous = OFF');
  files = new SnapshotFiles(join(folder, 'snapshots'));
  engine = new FakeEngine(1, files.methods);
  conversations = new FakeConversations();
  store = new StateStore(db);
  disposal = new SnapshotDisposal(db, engine, (id) => isSnapshotUsed(db, id));
  const snapshots = new SnapshotFolder(files.folder);
  const library = new StateLibrary({
    ...{ db, engine, store, disposal, conversations, folder: snapshots },
    exists: (source) => source.kind !== 'conversation' || conversations.all.has(source.conversationId),
    secondsFor: (tokens) => (tokens === null || !engine.model ? null : tokens / 10),
    quotaBytes: () => 1_000_000,
    changed: () => {
      changes++;
    },
    now: () => new Date(Date.UTC(2026, 0, 1)),
  });
  bundles = new StateBundles({ engine, library, disposal, folder: snapshots, exportsFolder: join(folder, 'exports') });
  methods = stateMethods({
    ...{ library, bundles, conversations, document: async () => DOCUMENT },
    snapshotOfDocument: () => documentSnapshot,
  });
  ({ conversationId, messageId } = makeConversation());
  [documentSnapshot, changes] = [undefined, 0];
});
afterEach(() => {
  db.close();
  rmSync(folder, { recursive: true });
});

function makeConversation(): { conversationId: string; messageId: string } {
  const { id } = conversations.createFrom({
    ...{
      title: 'Birds',
      snapshotId: null,
      replayable: true,
      modelName: MODEL.name,
      modelFingerprint: MODEL.fingerprint,
    },
    messages: [
      { role: 'user', text: 'Do geese answer?' },
      { role: 'assistant', text: 'Yes.' },
      { role: 'user', text: 'Later.' },
    ],
  });
  const answer = conversations.get(id).messages[1];
  if (!answer) throw new Error('There is no answer.');
  files.write('message-1', MODEL, 40);
  conversations.snapshots.set(answer.id, 'message-1');
  return { conversationId: id, messageId: answer.id };
}

const save = (name = 'Geese'): Promise<SavedState> =>
  methods.saveState({ name, tags: ['birds'], of: { kind: 'message', conversationId, messageId } });
const snapshotsOfStates = (): string[] => readdirSync(files.folder).filter((name) => name.startsWith('state-'));
const list = async (): Promise<SavedState[]> => (await methods.listStates({})).states;
/** The snapshot of a state. */
const snapshotOf = (id: string): string => {
  const row = store.get(id);
  if (!row) throw new Error('There is no such state.');
  return files.path(row.snapshotId);
};

describe('saving', () => {
  it('copies the state after a message, with its transcript up to there', async () => {
    const state = await save();
    expect(state).toMatchObject({
      ...{ name: 'Geese', tags: ['birds'], modelName: MODEL.name, position: 40, usable: 'yes' },
      ...{ source: { kind: 'conversation', conversationId, title: 'Birds' }, transcriptTokens: 40, replaySeconds: 4 },
    });
    expect(store.get(state.id)?.transcript).toEqual([
      { role: 'user', text: 'Do geese answer?' },
      { role: 'assistant', text: 'Yes.' },
    ]);
    rmSync(files.path('message-1'));
    conversations.purge([conversationId]);
    expect(await list()).toMatchObject([{ usable: 'yes', source: { kind: 'none', title: 'Birds' } }]);
  });

  it('copies the state of a document, which cannot be replayed', async () => {
    files.write('document-1', MODEL, 5000);
    documentSnapshot = 'document-1';
    const state = await methods.saveState({ name: 'Talk', tags: [], of: { kind: 'document', documentId: 'd' } });
    expect(state).toMatchObject({
      source: { kind: 'document', title: 'A talk' },
      transcriptTokens: null,
      replaySeconds: null,
    });
    await expect(methods.replayState({ id: state.id })).rejects.toEqual(engineError('invalid-argument', /document/));
    const opened = await methods.openState({ id: state.id });
    // What goes on from it knows more than its messages say, too.
    const of = { kind: 'message', conversationId: opened.id, messageId: opened.headId ?? '' } as const;
    expect((await methods.saveState({ name: 'Later', tags: [], of })).transcriptTokens).toBeNull();
    expect(opened.messages.map(({ text }) => text)).toEqual(['A talk\ndates', 'It begins.']);
  });

  it('says when there is no state to save, and wants a name', async () => {
    conversations.snapshots.clear();
    await expect(save()).rejects.toEqual(engineError('snapshot-missing', /after this message/));
    await expect(methods.saveState({ name: 'x', tags: [], of: { kind: 'document', documentId: 'd' } })).rejects.toEqual(
      engineError('snapshot-missing', /document/),
    );
    conversations.snapshots.set(messageId, 'message-1');
    await expect(save('  ')).rejects.toEqual(engineError('invalid-argument', /name/));
    expect(await list()).toEqual([]);
  });

  it('leaves no snapshot when it fails after copying', async () => {
    vi.spyOn(store, 'insert').mockImplementation(() => {
      throw new Error('database or disk is full');
    });
    await expect(save()).rejects.toThrow('disk is full');
    expect(snapshotsOfStates()).toHaveLength(1);
    await disposal.dispose();
    expect(snapshotsOfStates()).toEqual([]);
  });

  it('is safe from disposal while it is under way', async () => {
    const { copySnapshot } = files.methods;
    engine.methods.copySnapshot = async (params) => {
      const facts = await copySnapshot?.(params);
      await disposal.dispose();
      if (!facts) throw new Error('The fake has no copySnapshot.');
      return facts;
    };
    expect((await save()).usable).toBe('yes');
  });
});

describe('the library', () => {
  it('renames, tags, duplicates and deletes', async () => {
    const { id } = await save();
    expect(await methods.changeState({ id, patch: { tags: [' a ', 'a', ''] } })).toMatchObject({
      name: 'Geese',
      tags: ['a'],
    });
    expect(await methods.changeState({ id, patch: { name: 'Ducks' } })).toMatchObject({ name: 'Ducks', tags: ['a'] });
    await methods.duplicateState({ id });
    expect((await methods.duplicateState({ id })).name).toBe('Ducks (3)');
    expect((await list()).map(({ name }) => name)).toEqual(['Ducks (3)', 'Ducks (2)', 'Ducks']);
    await methods.deleteStates({ ids: [id, 'none'] });
    expect(await list()).toHaveLength(2);
    expect(snapshotsOfStates()).toHaveLength(2);
    expect(changes).toBe(6);
  });

  it('counts all snapshots on the disk', async () => {
    await save();
    const { usedBytes, quotaBytes, freeDiskBytes } = await methods.listStates({});
    expect(usedBytes).toBe(2 * readFileSync(files.path('message-1')).length);
    expect(quotaBytes).toBe(1_000_000);
    expect(freeDiskBytes).toBeGreaterThan(0);
  });

  it('deletes later when the engine is away', async () => {
    const { id } = await save();
    engine.methods.deleteSnapshots = () => Promise.reject(death());
    await methods.deleteStates({ ids: [id] });
    expect([(await list()).length, snapshotsOfStates().length]).toEqual([0, 1]);
    engine.methods.deleteSnapshots = files.methods.deleteSnapshots ?? (() => Promise.reject(death()));
    await disposal.dispose();
    expect(snapshotsOfStates()).toEqual([]);
  });

  it('says what each state is good for', async () => {
    const { id } = await save();
    const usable = async (): Promise<string | undefined> => (await list())[0]?.usable;
    engine.model = OTHER_MODEL;
    expect(await usable()).toBe('other-model');
    engine.model = undefined;
    expect(await usable()).toBe('no-model');
    writeFileSync(snapshotOf(id), 'short');
    expect(await usable()).toBe('damaged');
  });
});

describe('opening', () => {
  it('begins a conversation with the transcript and a copy of the state', async () => {
    const { id } = await save();
    const opened = await methods.openState({ id });
    expect(opened).toMatchObject({ title: 'Geese', messages: [{ text: 'Do geese answer?' }, { text: 'Yes.' }] });
    const snapshot = conversations.snapshots.get(opened.headId ?? '') ?? '';
    expect(files.path(snapshot)).not.toBe(snapshotOf(id));
    expect(readFileSync(files.path(snapshot))).toEqual(readFileSync(snapshotOf(id)));
    // Nothing of it waits for disposal.
    await disposal.dispose();
    expect(existsSync(files.path(snapshot))).toBe(true);
  });

  it('with another model is refused, and replaying offered', async () => {
    const { id } = await save();
    engine.model = OTHER_MODEL;
    await expect(methods.openState({ id })).rejects.toEqual(engineError('snapshot-mismatch', /RWKV-7 tiny/));
    const replayed = await methods.replayState({ id });
    expect(replayed.messages).toHaveLength(2);
    expect(conversations.snapshots.get(replayed.headId ?? '')).toBeUndefined();
  });

  it('finds damage that the size does not show, and remembers it', async () => {
    const { id } = await save();
    const bytes = readFileSync(snapshotOf(id));
    bytes.writeUInt8(bytes.readUInt8(bytes.length - 1) ^ 1, bytes.length - 1);
    writeFileSync(snapshotOf(id), bytes);
    expect((await list())[0]?.usable).toBe('yes');
    await expect(methods.openState({ id })).rejects.toEqual(engineError('snapshot-unreadable', /damaged/));
    expect((await list())[0]?.usable).toBe('damaged');
    expect(conversations.all.size).toBe(1);
  });
});

describe('a bundle', () => {
  it('brings a state to another place, and leaves nothing between', async () => {
    const { id } = await save();
    const { fileName, path } = await bundles.exportState(id);
    expect(fileName).toBe('Geese.anser');
    await methods.deleteStates({ ids: [id] });
    const state = await methods.importState({ path });
    expect(state).toMatchObject({
      ...{ name: 'Geese', tags: ['birds'], position: 40, usable: 'yes', source: { kind: 'none', title: 'Birds' } },
      ...{ createdAt: '2026-01-01T00:00:00.000Z', transcriptTokens: 40 },
    });
    expect((await methods.openState({ id: state.id })).messages).toHaveLength(2);
    await bundles.sweep();
    expect(existsSync(path)).toBe(false);
  });

  it('whose description does not fit its state is refused, and nothing of it is kept', async () => {
    const { id } = await save();
    db.prepare('UPDATE saved_states SET position = 41').run();
    const { path } = await bundles.exportState(id);
    await expect(methods.importState({ path })).rejects.toEqual(engineError('snapshot-unreadable', /another state/));
    expect([(await list()).length, readdirSync(files.folder).length]).toEqual([1, 2]);
  });

  it('with a state that the engine refuses is refused, and nothing of it is kept', async () => {
    const { id } = await save();
    const { path } = await bundles.exportState(id);
    engine.methods.checkSnapshot = () => Promise.reject(death());
    await expect(methods.importState({ path })).rejects.toMatchObject({ code: 'connection-lost' });
    expect([(await list()).length, readdirSync(files.folder).length]).toEqual([1, 2]);
  });

  it('that is cut off is refused, and nothing of it is kept', async () => {
    const { id } = await save();
    const { path } = await bundles.exportState(id);
    writeFileSync(path, readFileSync(path).subarray(0, -2000));
    await expect(methods.importState({ path })).rejects.toEqual(
      engineError('snapshot-unreadable', /whole Anser bundle/),
    );
    expect([(await list()).length, readdirSync(files.folder).length]).toEqual([1, 2]);
  });

  it('is not made of a damaged state', async () => {
    const { id } = await save();
    rmSync(snapshotOf(id));
    await expect(bundles.exportState(id)).rejects.toEqual(engineError('snapshot-missing', /no snapshot/));
    expect(existsSync(join(folder, 'exports'))).toBe(false);
  });
});
