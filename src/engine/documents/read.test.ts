import { describe, expect, it, vi } from 'vitest';
import { createFakeModel } from '../../../test/support/fakeModel.ts';
import { memorySource, type ByteSource } from '../formats/byteSource.ts';
import { fakeTokenizer, FakeSessions } from '../../../test/support/fakeSessions.ts';
import { createMemoryStore } from '../../../test/support/memoryStore.ts';
import { createTinyTokenizer } from '../../../test/support/tinyTokenizer.ts';
import { createSessions } from '../session/session.ts';
import type { SnapshotStore } from '../session/types.ts';
import { readDocument, type ReadEvent, type ReadOptions } from './read.ts';

const paragraph = (i: number): string =>
  Array.from({ length: 12 + (i % 7) }, (_, k) => `word${(i * k) % 97}`).join(' ') + '.';
const TEXT = Array.from(
  { length: 40 },
  (_, i) => `${i % 10 === 0 ? `# Part ${i / 10 + 1}\n\n` : ''}${paragraph(i)}${'\n'.repeat(2 + (i % 3))}`,
).join('');

const tokenizer = fakeTokenizer();
const sourceOf = (text: string, name = 'test.md'): ByteSource => memorySource(name, new TextEncoder().encode(text));

function optionsFor(sessions: FakeSessions, more: Partial<ReadOptions> = {}): ReadOptions {
  return {
    source: sourceOf(TEXT),
    sessions,
    tokenizer,
    modelFingerprint: 'f'.repeat(64),
    snapshotEverySeconds: 0,
    maxBatchTokens: 40,
    ...more,
  };
}

/** @param events gets all events, those before an error too */
async function read(
  sessions: FakeSessions,
  more: Partial<ReadOptions> = {},
  events: ReadEvent[] = [],
): Promise<ReadEvent[]> {
  for await (const event of readDocument(optionsFor(sessions, more))) events.push(event);
  return events;
}

type EventOf<T extends ReadEvent['type']> = Extract<ReadEvent, { type: T }>;
const ofType = <T extends ReadEvent['type']>(events: readonly ReadEvent[], type: T): EventOf<T>[] =>
  events.filter((event): event is EventOf<T> => event.type === type);

/** The end of a reading that nothing disturbed. */
async function undisturbed(): Promise<{ end: EventOf<'end'>; tokens: number; sections: EventOf<'section'>[] }> {
  const sessions = new FakeSessions();
  const events = await read(sessions);
  const [end] = ofType(events, 'end');
  if (!end) throw new Error('the reading did not end');
  return { end, tokens: sessions.tokensRun, sections: ofType(events, 'section') };
}

describe('readDocument', () => {
  it('tells what it does, in order', async () => {
    const sessions = new FakeSessions();
    const events = await read(sessions);
    expect(events[0]).toMatchObject({ type: 'start', resumedTokens: 0, totalBytes: TEXT.length });
    expect(events.at(-1)).toMatchObject({ type: 'end', reason: 'finished', sections: 4, tokens: sessions.tokensRun });
    expect(ofType(events, 'section').map(({ title }) => title)).toEqual(['Part 1', 'Part 2', 'Part 3', 'Part 4']);
    const fractions = ofType(events, 'progress').map(({ fraction }) => fraction);
    expect(fractions).toEqual([...fractions].sort((a, b) => a - b));
    expect(fractions.at(-1)).toBeGreaterThan(0.99);
    expect(sessions.live).toBe(0);
  });

  it('feeds the document as one open user turn without blank lines', async () => {
    const sessions = new FakeSessions();
    await read(sessions);
    const [snapshot] = sessions.snapshots.values();
    const text = tokenizer.decode(snapshot?.tokens ?? []);
    expect(text).toBe(`User: ${TEXT.replace(/\n+/gu, '\n').trim()}`);
  });

  it('ends in the same state after dying before any slice', async () => {
    const whole = await undisturbed();
    for (let slice = 1; slice * 16 < whole.tokens + 32; slice += 3) {
      let count = 0;
      const dying = new FakeSessions({
        beforeSlice: () => {
          if (++count === slice) throw new Error('killed');
        },
      });
      const told: ReadEvent[] = [];
      await read(dying, {}, told).catch((error: unknown) => expect(error).toMatchObject({ message: 'killed' }));
      const next = new FakeSessions({}, dying.snapshots);
      const events = await read(next);
      expect(ofType(events, 'end')).toEqual([whole.end]);
      const { resumedSections = -1 } = ofType(events, 'start')[0] ?? {};
      expect(ofType(events, 'section')).toEqual(whole.sections.slice(resumedSections));
      // What is not told again was told before.
      expect(ofType(told, 'section').length).toBeGreaterThanOrEqual(resumedSections);
      expect(next.tokensRun).toBe(whole.tokens - (ofType(events, 'start')[0]?.resumedTokens ?? 0));
    }
  });

  it('ends in the same state with real sessions over a model', async () => {
    const store = createMemoryStore();
    const readReal = async (options: { dieAt?: number; store: SnapshotStore }): Promise<ReadEvent[]> => {
      let calls = 0;
      const beforeCall = (): void => {
        if (++calls === options.dieAt) throw new Error('killed');
      };
      const model = createFakeModel({ maxChunk: 16, beforeCall });
      const real = createTinyTokenizer(['word', ' word', '.\n', 'User: ']);
      const sessions = createSessions({ model, modelName: 'fake', tokenizer: real, store: options.store });
      const events: ReadEvent[] = [];
      const source = sourceOf(TEXT.slice(0, 1500));
      const shared = { source, sessions, tokenizer: real, modelFingerprint: model.fingerprint };
      for await (const event of readDocument({ ...shared, snapshotEverySeconds: 0, maxBatchTokens: 50 }))
        events.push(event);
      expect(model.liveStates()).toBe(0);
      return events;
    };
    const whole = ofType(await readReal({ store: createMemoryStore() }), 'end');
    // Every run dies a little later in what is left, until one comes through.
    for (let dieAt = 1; ; dieAt += 3) {
      const events = await readReal({ store, dieAt }).catch((error: unknown) => {
        expect(error).toMatchObject({ message: 'killed' });
        return undefined;
      });
      if (!events) continue;
      expect(dieAt).toBeGreaterThan(7);
      expect(ofType(events, 'end')).toEqual(whole);
      break;
    }
  });

  it('saves where it stands when cancelled, in the middle of a batch too, and goes on from there', async () => {
    const whole = await undisturbed();
    for (const at of [0, 1, 5, 6, 7, 20]) {
      const controller = new AbortController();
      let count = 0;
      const sessions = new FakeSessions({
        beforeSlice: () => {
          if (count++ === at) controller.abort();
        },
      });
      // A batch has many slices, so most of these places are in its middle.
      const first = await read(sessions, { signal: controller.signal, maxBatchTokens: 100_000 });
      const tokens = sessions.tokensRun;
      expect(first.at(-1)).toMatchObject({ type: 'end', reason: 'cancelled', tokens, stateHash: undefined });
      const second = await read(sessions);
      expect(second[0]).toMatchObject({ type: 'start', resumedTokens: tokens });
      expect(ofType(second, 'end')).toEqual([whole.end]);
      expect(sessions.tokensRun).toBe(whole.tokens);
    }
  });

  it('stops while passing over what it has read, and leaves the snapshot as it was', async () => {
    const sessions = new FakeSessions();
    for await (const event of readDocument(optionsFor(sessions))) if (event.type === 'section') break;
    const saved = [...sessions.snapshots.values()];
    const events = await read(sessions, { signal: AbortSignal.abort() });
    expect(events.at(-1)).toMatchObject({
      type: 'end',
      reason: 'cancelled',
      tokens: saved[0]?.info.tokenCount,
      sections: 2,
    });
    expect([...sessions.snapshots.values()]).toEqual(saved);
  });

  it('saves often enough for the slowest machines: before a batch that would come too late', async () => {
    let clock = 0;
    vi.spyOn(performance, 'now').mockImplementation(() => clock);
    // A slice of 16 tokens, the smallest batch there is, takes eight seconds.
    const sessions = new FakeSessions({ beforeSlice: () => void (clock += 8000) });
    let [savedAt, longest] = [0, 0];
    for await (const event of readDocument(optionsFor(sessions, { snapshotEverySeconds: 10 }))) {
      longest = Math.max(longest, clock - savedAt);
      if (event.type === 'saved') savedAt = clock;
    }
    expect(longest).toBe(8000);
    expect(clock).toBeGreaterThan(100_000);
  });

  it('saves when the caller leaves the loop', async () => {
    const sessions = new FakeSessions();
    for await (const event of readDocument(optionsFor(sessions, { snapshotEverySeconds: 1000 })))
      if (event.type === 'progress') break;
    expect(sessions.live).toBe(0);
    const [snapshot] = sessions.snapshots.values();
    expect(snapshot?.info.tokenCount).toBe(sessions.tokensRun);
    expect(sessions.tokensRun).toBeGreaterThan(0);
  });

  it('knows a finished document without running the model, wherever it lies', async () => {
    const whole = await undisturbed();
    const sessions = new FakeSessions();
    await read(sessions);
    const before = sessions.tokensRun;
    const again = await read(sessions, { source: sourceOf(TEXT, 'moved.md') });
    expect(sessions.tokensRun).toBe(before);
    expect(ofType(again, 'end')).toEqual([whole.end]);
    expect(ofType(again, 'section')).toEqual(whole.sections);
  });

  it('refuses to go on with a document that was changed', async () => {
    // A beginning of more than 1 MiB, so that the change does not make it another document.
    const long = `${'line of text\n'.repeat(100_000)}\n${TEXT}`;
    const changed = `${long.slice(0, -400)}X${long.slice(-399)}`;
    const sessions = new FakeSessions();
    await read(sessions, { source: sourceOf(long), maxBatchTokens: 100_000 });
    const refused = read(sessions, { source: sourceOf(changed), maxBatchTokens: 100_000 });
    await expect(refused).rejects.toMatchObject({ code: 'document-changed', nextStep: expect.any(String) as string });
    const fresh = await read(sessions, { source: sourceOf(changed), maxBatchTokens: 100_000, fresh: true });
    expect(fresh.at(-1)).toMatchObject({ type: 'end', reason: 'finished' });
  });

  it('accepts a change behind what was read', async () => {
    const long = `${'line of text\n'.repeat(100_000)}\n${TEXT}`;
    const changed = `${long.slice(0, -400)}X${long.slice(-399)}`;
    const sessions = new FakeSessions();
    for await (const event of readDocument(optionsFor(sessions, { source: sourceOf(long) })))
      if (event.type === 'saved') break;
    const events = await read(sessions, { source: sourceOf(changed), maxBatchTokens: 100_000 });
    expect(ofType(events, 'start')[0]?.resumedTokens).toBeGreaterThan(0);
    expect(events.at(-1)).toMatchObject({ type: 'end', reason: 'finished' });
  });

  it('keeps readings with another model or focus apart', async () => {
    const sessions = new FakeSessions();
    const [plain, other, focused] = [
      await read(sessions),
      await read(sessions, { modelFingerprint: 'e'.repeat(64) }),
      await read(sessions, { focus: 'Look for dates.' }),
    ];
    expect(sessions.snapshots.size).toBe(3);
    expect(ofType(other, 'start')[0]?.resumedTokens).toBe(0);
    expect(ofType(focused, 'section')).toEqual(ofType(plain, 'section'));
    const texts = [...sessions.snapshots.values()].map(({ tokens }) => tokenizer.decode(tokens).slice(0, 30));
    expect(texts[2]).toContain('Look for dates.');
  });

  it('refuses a document without text and saves nothing', async () => {
    const sessions = new FakeSessions();
    await expect(read(sessions, { source: sourceOf(' \n\n') })).rejects.toMatchObject({ code: 'document-unreadable' });
    expect(sessions.snapshots.size).toBe(0);
    expect(sessions.live).toBe(0);
  });

  it('keeps the last snapshot when saving fails', async () => {
    const sessions = new FakeSessions();
    const reading = readDocument(optionsFor(sessions));
    for (let event = await reading.next(); !event.done && event.value.type !== 'saved'; event = await reading.next());
    const saved = [...sessions.snapshots.values()][0];
    sessions.snapshots.set = () => {
      throw new Error('disk full');
    };
    const rest = async (): Promise<void> => {
      for await (const event of reading) expect(event.type).not.toBe('saved');
    };
    await expect(rest()).rejects.toThrow('disk full');
    expect([...sessions.snapshots.values()]).toEqual([saved]);
    expect(sessions.live).toBe(0);
  });
});
