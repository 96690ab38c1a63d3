import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { engineError } from '../../../test/support/engineErrors.ts';
import { death, FakeEngine, MODEL, OTHER_MODEL } from '../../../test/support/fakeEngineAccess.ts';
import { EngineError } from '../../engine/api/errors.ts';
import type { Reading, ReadingEvent } from '../api/documents.ts';
import { openDatabase } from '../store/database.ts';
import { Readings, type ReadingsParts } from './readings.ts';
import { SqlReadings } from './sqlReadings.ts';

const SAMPLING = {
  ...{ temperature: 0, topP: 1, topK: 0, presencePenalty: 0, frequencyPenalty: 0, penaltyDecay: 1, seed: 1 },
};
/** Pages of 50 bytes. */
const PLACES: ReturnType<ReadingsParts['places']> = {
  pagesOf: ({ startByte, endByte }) => ({ first: Math.floor(startByte / 50) + 1, last: Math.ceil(endByte / 50) }),
  titleAt: (byte) => (byte < 100 ? undefined : `Heading at ${byte}`),
};
const PLAIN = { focus: '', summarise: true };

let folder: string;
let db: DatabaseSync;
let store: SqlReadings;
let engine: FakeEngine;
let [changes, speeds, problems]: [string[], number[], unknown[]] = [[], [], []];
let clock = 0;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'anser-readings-'));
  db = openDatabase(join(folder, 'anser.db'));
  // Nobody cuts the power of a test.
  db.exec('PRAGMA synchronous = OFF');
  for (const id of ['one', 'two', 'three'])
    db.prepare('INSERT INTO documents VALUES (?, ?, ?, ?, ?, ?, NULL)').run(id, id, `/${id}`, '{}', `c-${id}`, 'now');
  store = new SqlReadings(db);
  engine = new FakeEngine();
  [changes, speeds, problems, clock] = [[], [], [], 0];
});
afterEach(() => {
  db.close();
  rmSync(folder, { recursive: true });
});

const make = (changed: Partial<ReadingsParts> = {}): Readings =>
  new Readings({
    ...{ engine, store, graceMs: 20, places: () => PLACES },
    folder: (id) => `/documents/${id}`,
    settings: () => ({ sampling: SAMPLING, snapshotEverySeconds: 5 }),
    dropSnapshots: async (ids) => {
      await engine.api.deleteSnapshots({ ids: [...ids] });
    },
    measured: (_model, speed) => void speeds.push(speed),
    changed: (id) => void changes.push(id),
    report: (error) => void problems.push(error),
    now: () => new Date(Date.UTC(2026, 0, 1, 0, 0, clock++)),
    ...changed,
  });

async function collect(readings: Readings, documentId: string, signal?: AbortSignal): Promise<ReadingEvent[]> {
  const events: ReadingEvent[] = [];
  for await (const event of readings.follow(documentId, signal)) events.push(event);
  return events;
}

const ended = async (readings: Readings, documentId: string): Promise<Reading> => {
  await collect(readings, documentId);
  const reading = readings.of(documentId);
  if (!reading) throw new Error('The reading is gone.');
  return reading;
};

/** Holds the engine before a section until it is opened. */
function gateAt(section: number): { open: () => void; reached: Promise<undefined> } {
  const [gate, reached] = [Promise.withResolvers<undefined>(), Promise.withResolvers<undefined>()];
  engine.beforeSection = async (index) => {
    if (index !== section) return;
    reached.resolve(undefined);
    await gate.promise;
  };
  return { open: () => gate.resolve(undefined), reached: reached.promise };
}

describe('a reading', () => {
  it('ends with all sections, their pages and summaries', async () => {
    const readings = make();
    expect(readings.start('one', PLAIN)).toMatchObject({ status: 'reading', modelName: MODEL.name, usable: 'yes' });
    const reading = await ended(readings, 'one');
    expect(reading).toMatchObject({ status: 'finished', overall: 'All in all', error: null, stateBytes: 4096 });
    expect(reading.sections.map(({ summary, pages }) => [summary, pages])).toEqual([
      ['Summary 1', { first: 1, last: 2 }],
      ['Summary 2', { first: 3, last: 4 }],
      ['Summary 3', { first: 5, last: 6 }],
    ]);
    expect(reading.progress).toMatchObject({ fraction: 1, bytes: 300, page: 6, sectionTitle: 'Heading at 299' });
    expect(reading.finishedAt).not.toBeNull();
    expect(speeds).toEqual([50, 50, 50]);
    expect(changes.length).toBeGreaterThan(1);
  });

  it('is told to followers from where it stands, each event once', async () => {
    const { open, reached } = gateAt(1);
    const readings = make();
    readings.start('one', PLAIN);
    const first = collect(readings, 'one');
    await reached;
    const second = collect(readings, 'one');
    await delay(5);
    open();
    const [early, late] = [await first, await second];
    const sectionsOf = (events: ReadingEvent[]): unknown[] =>
      events.flatMap((event) => (event.type === 'section' ? [event.section.section.index] : []));
    expect(sectionsOf(early)).toEqual([0, 1, 2]);
    expect(sectionsOf(late)).toEqual([1, 2]);
    expect(late[0]).toMatchObject({ type: 'state', reading: { sections: [{ summary: 'Summary 1' }] } });
    expect(late.at(-1)).toMatchObject({ type: 'state', reading: { status: 'finished' } });
    expect(late.filter(({ type }) => type === 'summary')).toHaveLength(3);
  });

  it('tells a follower who comes in the middle of a summary what is written of it', async () => {
    const gate = Promise.withResolvers<undefined>();
    async function* read(): ReturnType<FakeEngine['api']['readDocument']> & AsyncGenerator {
      yield { type: 'writing', of: 0 };
      yield { type: 'text', of: 0, text: 'Half ' };
      yield { type: 'text', of: 0, text: 'of' };
      await gate.promise;
      yield { type: 'end', reason: 'finished', tokens: 1, sections: 0 };
    }
    engine = new FakeEngine(1, { readDocument: read });
    const readings = make();
    readings.start('one', PLAIN);
    await delay(5);
    const events = collect(readings, 'one');
    await delay(1);
    gate.resolve(undefined);
    expect((await events).slice(1, 3)).toEqual([
      { type: 'writing', of: 0 },
      { type: 'text', of: 0, text: 'Half of' },
    ]);
  });

  it('goes on without followers, and lets one leave', async () => {
    const { open, reached } = gateAt(1);
    const readings = make();
    readings.start('one', PLAIN);
    const leaving = new AbortController();
    const events = collect(readings, 'one', leaving.signal);
    await reached;
    leaving.abort();
    expect((await events).at(-1)).not.toMatchObject({ reading: { status: 'finished' } });
    open();
    expect((await ended(readings, 'one')).status).toBe('finished');
  });

  it('has its progress in the database at each snapshot only', async () => {
    const { open, reached } = gateAt(1);
    const readings = make();
    const { id } = readings.start('one', PLAIN);
    await reached;
    expect(store.get(id)?.progress).toMatchObject({ bytes: 100 });
    open();
    await ended(readings, 'one');
    expect(store.get(id)?.progress).toMatchObject({ bytes: 300 });
  });
});

describe('the queue', () => {
  it('reads one document at a time, in the order of starting', async () => {
    const { open, reached } = gateAt(0);
    const readings = make();
    for (const id of ['two', 'one', 'three']) readings.start(id, PLAIN);
    await reached;
    expect(['one', 'two', 'three'].map((id) => readings.of(id)?.status)).toEqual(['waiting', 'reading', 'waiting']);
    open();
    await Promise.all(['one', 'two', 'three'].map((id) => ended(readings, id)));
    expect(engine.requests.map((request) => request.folder)).toEqual(
      ['two', 'one', 'three'].map((id) => `/documents/${id}`),
    );
  });

  it('leaves out what was paused while it waited', async () => {
    const { open, reached } = gateAt(0);
    const readings = make();
    for (const id of ['one', 'two', 'three']) readings.start(id, PLAIN);
    await reached;
    await readings.pause('two');
    expect(readings.of('two')?.status).toBe('paused');
    open();
    await ended(readings, 'three');
    expect(engine.requests).toHaveLength(2);
    expect(readings.of('two')?.status).toBe('paused');
  });
});

describe('pausing', () => {
  it('keeps what was read, and going on reads the rest only', async () => {
    const { reached } = gateAt(1);
    const readings = make();
    const { id } = readings.start('one', PLAIN);
    await reached;
    await readings.pause('one');
    expect(readings.of('one')).toMatchObject({
      id,
      status: 'paused',
      error: null,
      sections: [{ summary: 'Summary 1' }],
    });
    engine.beforeSection = () => {};
    expect(readings.start('one', PLAIN).id).toBe(id);
    const reading = await ended(readings, 'one');
    expect(reading.sections.map(({ summary }) => summary)).toEqual(['Summary 1', 'Summary 2', 'Summary 3']);
    expect(engine.requests[1]).toMatchObject({
      fresh: false,
      known: [{ section: { index: 0 }, summary: 'Summary 1' }],
    });
  });

  it('does not wait for an engine that does not answer; its last words are kept, and the next waits for them', async () => {
    engine.deaf = true;
    const { open, reached } = gateAt(2);
    const readings = make();
    readings.start('one', PLAIN);
    readings.start('two', PLAIN);
    await reached;
    await readings.pause('one');
    expect(readings.of('one')).toMatchObject({ status: 'paused', progress: { bytes: 200 } });
    expect(readings.of('two')?.status).toBe('waiting');
    open();
    await ended(readings, 'two');
    expect(readings.of('one')).toMatchObject({ status: 'paused', progress: { bytes: 300 }, overall: 'All in all' });
  });

  it('comes from an end of the program, too', async () => {
    const { reached } = gateAt(1);
    const before = make();
    before.start('one', PLAIN);
    before.start('two', PLAIN);
    await reached;
    expect([store.list('one')[0]?.status, store.list('two')[0]?.status]).toEqual(['reading', 'waiting']);
    // Killed: nobody closes it.
    const after = make();
    expect([after.of('one')?.status, after.of('two')?.status]).toEqual(['paused', 'paused']);
    expect(await collect(after, 'one')).toHaveLength(1);
  });

  it('is how a program ends', async () => {
    const { reached } = gateAt(1);
    const readings = make();
    readings.start('one', PLAIN);
    readings.start('two', PLAIN);
    await reached;
    await readings.close();
    expect([store.list('one')[0]?.status, store.list('two')[0]?.status]).toEqual(['paused', 'paused']);
    expect(engine.requests).toHaveLength(1);
  });
});

describe('an engine that dies', () => {
  it('is waited for, and the reading goes on from its last snapshot', async () => {
    let deaths = 0;
    engine.beforeSection = (index) => {
      if (index === 1 && deaths++ === 0) throw death();
    };
    const readings = make();
    readings.start('one', PLAIN);
    expect(await ended(readings, 'one')).toMatchObject({ status: 'finished', error: null });
    expect([engine.recoveries, engine.requests.length]).toEqual([1, 2]);
    expect(engine.requests[1]?.known).toHaveLength(1);
  });

  it('is given up after some deaths without progress, and the reading can still go on later', async () => {
    engine.beforeSection = (index) => {
      if (index === 1) throw death();
    };
    const readings = make();
    readings.start('one', PLAIN);
    expect(await ended(readings, 'one')).toMatchObject({ status: 'failed', error: { code: 'connection-lost' } });
    expect(engine.requests).toHaveLength(3);
    engine.beforeSection = () => {};
    readings.start('one', PLAIN);
    expect((await ended(readings, 'one')).status).toBe('finished');
  });

  it('may die once a section, as long as it gets further', async () => {
    engine = new FakeEngine(8);
    const died = new Set<number>();
    engine.beforeSection = (index) => {
      if (died.has(index)) return;
      died.add(index);
      throw death();
    };
    const readings = make();
    readings.start('one', PLAIN);
    expect((await ended(readings, 'one')).status).toBe('finished');
    expect(engine.recoveries).toBe(8);
  });

  it('can be paused while it is waited for', async () => {
    engine.beforeSection = () => {
      throw death();
    };
    const [back, waiting] = [Promise.withResolvers<undefined>(), Promise.withResolvers<undefined>()];
    engine.onRecovery = async () => {
      waiting.resolve(undefined);
      await back.promise;
    };
    const readings = make();
    readings.start('one', PLAIN);
    await waiting.promise;
    await readings.pause('one');
    expect(readings.of('one')).toMatchObject({ status: 'paused', error: null });
    back.resolve(undefined);
  });

  it('fails the reading when it cannot come back', async () => {
    engine.beforeSection = () => {
      throw death();
    };
    engine.onRecovery = () => {
      throw new EngineError('no-adapter', 'There is no adapter.', { nextStep: 'Install one.' });
    };
    const readings = make();
    readings.start('one', PLAIN);
    expect(await ended(readings, 'one')).toMatchObject({
      status: 'failed',
      error: { code: 'no-adapter', nextStep: 'Install one.' },
    });
  });
});

describe('a full disk', () => {
  it('in the engine pauses the reading with the reason; it goes on when there is room', async () => {
    engine.beforeSection = (index) => {
      if (index === 2) throw new EngineError('storage-failed', 'The disk is full.', { nextStep: 'Make room.' });
    };
    const readings = make();
    readings.start('one', PLAIN);
    const paused = await ended(readings, 'one');
    expect(paused).toMatchObject({ status: 'paused', error: { code: 'storage-failed', nextStep: 'Make room.' } });
    expect(paused.sections).toHaveLength(2);
    engine.beforeSection = () => {};
    expect(readings.start('one', PLAIN).error).toBeNull();
    expect((await ended(readings, 'one')).sections.map(({ summary }) => summary)).toEqual([
      'Summary 1',
      'Summary 2',
      'Summary 3',
    ]);
  });

  it('in the database ends the reading, and nothing is lost that was stored', async () => {
    const readings = make();
    const full = vi.spyOn(store, 'putSummary').mockImplementation(() => {
      vi.spyOn(store, 'update').mockImplementation(() => {
        throw new Error('database or disk is full');
      });
      throw new Error('database or disk is full');
    });
    readings.start('one', PLAIN);
    expect(await ended(readings, 'one')).toMatchObject({ status: 'paused', sections: [{ summary: null }] });
    expect(problems).not.toHaveLength(0);
    full.mockRestore();
    vi.restoreAllMocks();
    readings.start('one', PLAIN);
    expect((await ended(readings, 'one')).sections.map(({ summary }) => summary)).toEqual([
      'Summary 1',
      'Summary 2',
      'Summary 3',
    ]);
  });
});

describe('another model', () => {
  it('does not go on with a reading, but reads anew where asked', async () => {
    const { reached } = gateAt(1);
    const readings = make();
    const { id } = readings.start('one', PLAIN);
    await reached;
    await readings.pause('one');
    engine.beforeSection = () => {};
    engine.model = OTHER_MODEL;
    expect(readings.of('one')?.usable).toBe('other-model');
    expect(() => readings.start('one', PLAIN)).toThrow(engineError('snapshot-mismatch', /begun with RWKV-7 tiny/));
    expect(readings.start('one', { ...PLAIN, fresh: true }).id).not.toBe(id);
    expect(await ended(readings, 'one')).toMatchObject({
      status: 'finished',
      usable: 'yes',
      modelName: OTHER_MODEL.name,
    });
    expect(store.list('one')).toHaveLength(1);
    expect(engine.deleted).toHaveLength(1);
  });

  it('that is loaded while a reading waits pauses it', async () => {
    const { open, reached } = gateAt(0);
    const readings = make();
    readings.start('one', PLAIN);
    readings.start('two', PLAIN);
    await reached;
    engine.model = OTHER_MODEL;
    open();
    expect(await ended(readings, 'two')).toMatchObject({ status: 'paused', error: { code: 'snapshot-mismatch' } });
    expect(readings.of('two')?.usable).toBe('other-model');
  });

  it('or none: nothing can be started', () => {
    engine.model = undefined;
    expect(() => make().start('one', PLAIN)).toThrow(engineError('model-unloaded', /No model/));
  });
});

describe('starting again', () => {
  it('a finished reading does nothing, unless summaries are wanted now', async () => {
    const readings = make();
    readings.start('one', { focus: '', summarise: false });
    expect((await ended(readings, 'one')).overall).toBe('');
    expect(readings.start('one', { focus: '', summarise: false }).status).toBe('finished');
    expect(engine.requests).toHaveLength(1);
    readings.start('one', PLAIN);
    expect((await ended(readings, 'one')).overall).toBe('All in all');
    expect(store.list('one')).toHaveLength(1);
  });

  it('with a new focus keeps the old reading until the new one is finished', async () => {
    const readings = make();
    const { id } = readings.start('one', PLAIN);
    await ended(readings, 'one');
    const { open, reached } = gateAt(1);
    readings.start('one', { focus: 'dates', summarise: true });
    await reached;
    expect(readings.of('one')).toMatchObject({ focus: 'dates', status: 'reading' });
    expect(() => readings.start('one', PLAIN)).toThrow(engineError('invalid-argument', /another focus/));
    expect(store.get(id)).toBeDefined();
    expect(engine.deleted).toEqual([]);
    open();
    await ended(readings, 'one');
    expect(store.get(id)).toBeUndefined();
    expect(engine.deleted).toEqual([engine.snapshotId({ folder: '/documents/one', focus: '' })]);
  });

  it('afresh ignores the earlier snapshot, once', async () => {
    const readings = make();
    readings.start('one', PLAIN);
    await ended(readings, 'one');
    let deaths = 0;
    engine.beforeSection = (index) => {
      if (index === 1 && deaths++ === 0) throw death();
    };
    readings.start('one', { ...PLAIN, fresh: true });
    expect((await ended(readings, 'one')).sections).toHaveLength(3);
    expect(engine.requests.map(({ fresh }) => fresh)).toEqual([false, true, false]);
  });
});

describe('cancelling', () => {
  it('throws away reading and snapshot; the earlier reading counts again', async () => {
    const readings = make();
    const { id } = readings.start('one', PLAIN);
    await ended(readings, 'one');
    const { reached } = gateAt(1);
    readings.start('one', { focus: 'dates', summarise: true });
    await reached;
    const followed = collect(readings, 'one');
    await readings.cancel('one');
    await followed;
    expect(readings.of('one')).toMatchObject({ id, status: 'finished' });
    await vi.waitFor(() =>
      expect([...engine.saved.keys()]).toEqual([engine.snapshotId({ folder: '/documents/one', focus: '' })]),
    );
  });

  it('leaves nothing when the engine is slow to stop', async () => {
    engine.deaf = true;
    const { open, reached } = gateAt(1);
    const readings = make();
    readings.start('one', PLAIN);
    await reached;
    await readings.cancel('one');
    expect(readings.of('one')).toBeUndefined();
    expect(await collect(readings, 'one').catch((error: unknown) => error)).toEqual(
      engineError('invalid-argument', /has not been read/),
    );
    open();
    readings.start('one', PLAIN);
    expect((await ended(readings, 'one')).sections).toHaveLength(3);
    expect(problems).toEqual([]);
  });

  it('after a pause that the engine has not heard yet leaves nothing either', async () => {
    engine.deaf = true;
    const { open, reached } = gateAt(1);
    const readings = make();
    readings.start('one', PLAIN);
    await reached;
    await readings.pause('one');
    await readings.cancel('one');
    open();
    readings.start('two', PLAIN);
    await ended(readings, 'two');
    expect(readings.of('one')).toBeUndefined();
    expect([...engine.saved.keys()]).toEqual([engine.snapshotId({ folder: '/documents/two', focus: '' })]);
    expect(problems).toEqual([]);
  });

  it('keeps a snapshot that another document with the same text rests on', async () => {
    const readings = make({ folder: () => '/documents/same' });
    for (const id of ['one', 'two']) readings.start(id, PLAIN);
    await ended(readings, 'two');
    await readings.removeAll('one');
    expect(engine.deleted).toEqual([]);
    await readings.removeAll('two');
    expect(engine.deleted).toHaveLength(1);
  });
});
