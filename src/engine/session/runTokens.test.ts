/**
 * Answers from runs against answers from single tokens: the same events and, to the bit, the same sessions, wherever in a
 * run an answer ends; and what must hold while runs are under way.
 */
import { describe, expect, it } from 'vitest';
import { createFakeModel } from '../../../test/support/fakeModel.ts';
import { createMemoryStore } from '../../../test/support/memoryStore.ts';
import { seededRandom } from '../../../test/support/randomModel.ts';
import { createTinyTokenizer } from '../../../test/support/tinyTokenizer.ts';
import { EngineError } from '../api/errors.ts';
import { createSessions } from './session.ts';
import type { GenerateEvent, GenerateOptions, Session } from './types.ts';

const PROMPT = [10, 20, 30];
const tokenizer = createTinyTokenizer(['Hello', ' world', '\n\n', 'User', '.\n', '\nUser', 'end\n\nUser: x']);
const GREEDY = { temperature: 0, topP: 1, topK: 0, presencePenalty: 0, frequencyPenalty: 0, penaltyDecay: 1, seed: 1 };
const END = 0;

type Piece = string | number;
const idOf = (piece: Piece): number =>
  piece === END
    ? END
    : (tokenizer.encodeBytes(typeof piece === 'number' ? Uint8Array.of(piece) : Buffer.from(piece))[0] ?? 0);

interface SetUp {
  readonly said?: readonly Piece[];
  /** Undefined: a model without runs. */
  readonly beforeResult?: ((run: number) => Promise<void> | void) | undefined;
}

async function open({ said = [], beforeResult }: SetUp) {
  const script = said.map(idOf);
  const model = createFakeModel({
    vocabularySize: 300,
    says: (position) => script[position - PROMPT.length],
    ...(beforeResult && { beforeResult }),
  });
  const sessions = createSessions({ model, modelName: 'toy', tokenizer, store: createMemoryStore() });
  const session = sessions.open();
  await session.prefill(PROMPT);
  return { model, sessions, session };
}

async function collect(session: Session, options: Partial<GenerateOptions> = {}): Promise<GenerateEvent[]> {
  const events: GenerateEvent[] = [];
  const defaults = { sampling: GREEDY, stop: ['\n\nUser'], maxTokens: 40 };
  for await (const event of session.generate({ ...defaults, ...options })) events.push(event);
  return events;
}

const IN_RUNS = { beforeResult: () => undefined };

/** Answers both ways and compares all that can be seen. */
async function compare(said: readonly Piece[], options: Partial<GenerateOptions> = {}) {
  const single = await open({ said });
  const inRuns = await open({ said, ...IN_RUNS });
  const events = await collect(single.session, options);
  expect(await collect(inRuns.session, options)).toEqual(events);
  expect(inRuns.session.position).toBe(single.session.position);
  expect(inRuns.session.prefixHash).toBe(single.session.prefixHash);
  expect(await inRuns.session.stateHash()).toBe(await single.session.stateHash());
  expect(inRuns.model.liveStates(), 'copies are given back').toBe(1);
  expect(inRuns.model.liveSamplers()).toBe(0);
  return { events, model: inRuns.model };
}

const HELLOS = Array<Piece>(40).fill('Hello');

describe('an answer from runs', () => {
  it('grows its runs to eight tokens', async () => {
    const { model } = await compare(HELLOS);
    expect(model.calls.flatMap(({ kind, tokens }) => (kind === 'run' ? [tokens.length] : []))).toEqual([
      1, 2, 4, 8, 8, 8, 8, 1,
    ]);
  });

  it('is the same, wherever in a run it ends', async () => {
    for (let count = 0; count < 24; count++) {
      const start = HELLOS.slice(0, count);
      await compare([...start, END]);
      await compare([...start, '\n\n', 'User', ...HELLOS]);
      await compare([...start, '.\n', '\nUser', ...HELLOS]);
      await compare([...start, 'end\n\nUser: x', ...HELLOS]);
      await compare([...start, 0xf0, 0x9f, 0x98, 0x80, '\n', END]);
      await compare([...start, 0xf0, 0x9f], { maxTokens: count + 2 });
      await compare(HELLOS, { maxTokens: count });
    }
  });

  it('is the same when text is held back over many runs', async () => {
    await compare([...Array<Piece>(30).fill('\n'), '\nUser', ...HELLOS]);
    await compare(Array<Piece>(40).fill('\n\n'), { maxTokens: 33 });
    await compare([...HELLOS.slice(0, 9), ...Array<Piece>(20).fill('x')], { stop: ['x'.repeat(21)], maxTokens: 29 });
  });

  it('is the same for random tokens, stop texts and lengths', async () => {
    const random = seededRandom(3);
    const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T; // never out of range
    for (let round = 0; round < 150; round++) {
      const said = Array.from({ length: 24 }, () =>
        pick<Piece>(['\n', '\n\n', '\nUser', '.\n', 'U', 's', 'Hello', 0xc3]),
      );
      await compare(said, {
        stop: [pick(['\n\nUser', '\n\n\n', 'UsU', 'ss'])],
        maxTokens: 1 + Math.floor(random() * 24),
      });
    }
  });

  it('draws the same tokens for the same seed, penalties included', async () => {
    for (let seed = 0; seed < 10; seed++)
      await compare([], {
        sampling: { ...GREEDY, temperature: 1, topP: 0.9, topK: 50, frequencyPenalty: 0.3, penaltyDecay: 0.9, seed },
        stop: ['e', '\n'],
      });
  });

  it('goes on from where the last answer ended', async () => {
    const single = await open({ said: HELLOS });
    const inRuns = await open({ said: HELLOS, ...IN_RUNS });
    for (const { session } of [single, inRuns]) {
      await collect(session, { maxTokens: 5 });
      await collect(session, { maxTokens: 6 });
    }
    expect(await inRuns.session.stateHash()).toBe(await single.session.stateHash());
  });
});

describe('while runs are under way', () => {
  it('the second is submitted before the first is there, and no third', async () => {
    let most = 0;
    const { session, model } = await open({
      said: HELLOS,
      beforeResult: async (run) => {
        await new Promise((resolve) => setTimeout(resolve, 1));
        most = Math.max(most, model.calls.filter(({ kind }) => kind === 'run').length - run + 1);
      },
    });
    await collect(session);
    expect(most).toBe(2);
  });

  it('a signal ends the answer within a run, and the session has read what was delivered', async () => {
    for (let cancelled = 1; cancelled <= 7; cancelled++) {
      const abort = new AbortController();
      const { session, sessions, model } = await open({
        said: HELLOS,
        beforeResult: (run) => {
          if (run === cancelled) abort.abort();
        },
      });
      const events = await collect(session, { signal: abort.signal });
      expect(events.at(-1)).toMatchObject({ type: 'end', reason: 'cancelled' });
      const fresh = sessions.open();
      await fresh.prefill([...PROMPT, ...HELLOS.slice(0, events.length - 1).map(idOf)]);
      expect(await session.stateHash()).toBe(await fresh.stateHash());
      expect(model.calls.filter(({ kind }) => kind === 'run').length).toBeLessThanOrEqual(cancelled + 1);
      expect(model.liveStates()).toBe(2);
      expect(model.liveSamplers()).toBe(0);
    }
  });

  it('a caller that just leaves its loop leaves an exact session', async () => {
    const { session, sessions, model } = await open({ said: HELLOS, ...IN_RUNS });
    let delivered = 0;
    for await (const event of session.generate({ sampling: GREEDY, stop: [], maxTokens: 40 }))
      if (event.type === 'text' && ++delivered === 11) break;
    const fresh = sessions.open();
    await fresh.prefill([...PROMPT, ...HELLOS.slice(0, 11).map(idOf)]);
    expect(await session.stateHash()).toBe(await fresh.stateHash());
    expect(model.liveStates()).toBe(2);
  });

  it('a lost device is reported, by this call and every later one', async () => {
    for (const failing of [1, 2, 5]) {
      const { session, model } = await open({
        said: HELLOS,
        beforeResult: (run) =>
          run >= failing ? Promise.reject(new EngineError('device-lost', 'The device was lost.')) : undefined,
      });
      await expect(collect(session)).rejects.toMatchObject({ code: 'device-lost' });
      await expect(session.stateHash()).rejects.toMatchObject({ code: 'device-lost' });
      session.dispose();
      expect(model.liveStates()).toBe(0);
      expect(model.liveSamplers()).toBe(0);
    }
  });

  it('a fork leaves its parent as it was', async () => {
    const { session } = await open({ said: HELLOS, ...IN_RUNS });
    const before = await session.stateHash();
    const fork = session.fork();
    await collect(fork, { maxTokens: 13 });
    expect(await session.stateHash()).toBe(before);
    expect(await fork.stateHash()).not.toBe(before);
  });

  it('a session disposed meanwhile gives everything back', async () => {
    const { session, model } = await open({ said: HELLOS, ...IN_RUNS });
    const answer = async (): Promise<void> => {
      for await (const event of session.generate({ sampling: GREEDY, stop: [], maxTokens: 40 }))
        if (event.type === 'text') session.dispose();
    };
    await expect(answer()).rejects.toMatchObject({ code: 'invalid-argument' });
    expect(model.liveStates()).toBe(0);
    expect(model.liveSamplers()).toBe(0);
  });
});
