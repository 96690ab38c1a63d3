/** Laws of sessions: cutting, forking, cancelling, saving and restoring. Answers are in `answer.test.ts`. */
import { describe, expect, it, vi } from 'vitest';
import { createFakeModel, type FakeModelOptions } from '../../../test/support/fakeModel.ts';
import { createTinyTokenizer } from '../../../test/support/tinyTokenizer.ts';
import { createMemoryStore } from '../../../test/support/memoryStore.ts';
import { EngineError } from '../api/errors.ts';
import { PrefixHash } from './prefixHash.ts';
import { createScheduler } from './scheduler.ts';
import { createSessions } from './session.ts';
import { decodeSnapshot, encodeSnapshot } from './snapshots.ts';
import type { GenerateOptions, Session } from './types.ts';

const greedy: GenerateOptions = {
  sampling: { temperature: 0, topP: 1, topK: 0, presencePenalty: 0, frequencyPenalty: 0, penaltyDecay: 1, seed: 1 },
  stop: [],
  maxTokens: 5,
};
const tokens = Array.from({ length: 23 }, (_, i) => 1 + ((i * 37) % 250));
const turn = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 0));

function setUp(options: FakeModelOptions & { modelName?: string; store?: ReturnType<typeof createMemoryStore> } = {}) {
  const { modelName = 'toy', store = createMemoryStore() } = options;
  const model = createFakeModel(options);
  const scheduler = createScheduler();
  return {
    model,
    store,
    scheduler,
    sessions: createSessions({ model, modelName, tokenizer: createTinyTokenizer(), store, scheduler }),
  };
}

/** Everything that tells two sessions apart; `next` includes the logits. */
const looks = async (session: Session) => ({
  position: session.position,
  prefix: session.prefixHash,
  state: await session.stateHash(),
});

async function textOf(session: Session, options: Partial<GenerateOptions> = {}): Promise<string> {
  let text = '';
  for await (const event of session.generate({ ...greedy, ...options })) if (event.type === 'text') text += event.text;
  return text;
}

const codeOf = async (call: Promise<unknown>): Promise<string> => {
  const error: unknown = await call.then(
    () => undefined,
    (caught: unknown) => caught,
  );
  expect(error).toBeInstanceOf(EngineError);
  return (error as EngineError).code;
};

describe('prefill', () => {
  it('gives the same session however the tokens are cut', async () => {
    const { sessions } = setUp();
    const whole = sessions.open();
    await whole.prefill(tokens);
    for (const cut of [1, 4, 7, 22]) {
      const parts = sessions.open();
      await parts.prefill(tokens.slice(0, cut));
      await parts.prefill(Uint16Array.from(tokens.slice(cut)));
      expect(await looks(parts)).toEqual(await looks(whole));
    }
    const other = sessions.open();
    await other.prefill([...tokens.slice(0, -1), 9]);
    expect(await looks(other)).not.toEqual(await looks(whole));
  });

  it('reads slices of maxChunk and reports after each', async () => {
    const { sessions, model } = setUp({ maxChunk: 10 });
    const progress: number[] = [];
    await sessions.open().prefill(tokens, { onProgress: (done) => progress.push(done) });
    expect(progress).toEqual([10, 20, 23]);
    expect(model.calls.flatMap((call) => call.tokens)).toEqual(tokens);
    expect(model.calls.map((call) => call.tokens.length)).toEqual([10, 10, 3]);
  });

  it('refuses ids that the model does not have, before reading any', async () => {
    const { sessions, model } = setUp({ vocabularySize: 300 });
    const session = sessions.open();
    for (const bad of [300, -1, 1.5, NaN]) expect(await codeOf(session.prefill([1, bad]))).toBe('invalid-argument');
    expect(model.calls).toEqual([]);
    await session.prefill([]);
    expect(session.position).toBe(0);
  });

  it('stops within one slice when cancelled; whole slices stay read', async () => {
    const abort = new AbortController();
    const { sessions, model } = setUp({
      beforeCall: () => {
        if (model.calls.length === 3) abort.abort(new Error('enough'));
        return turn();
      },
    });
    const session = sessions.open();
    await expect(session.prefill(tokens, { signal: abort.signal })).rejects.toThrow('enough');
    expect(model.calls.length).toBe(3);
    expect(session.position).toBe(12);
    // Without the logits of the end there is nothing to generate from; reading on makes it whole again.
    expect(await codeOf(textOf(session))).toBe('invalid-argument');
    await session.prefill(tokens.slice(12));
    const whole = sessions.open();
    await whole.prefill(tokens);
    expect(await looks(session)).toEqual(await looks(whole));
    await expect(session.prefill([1], { signal: abort.signal })).rejects.toThrow('enough');
  });

  it('in the background is overtaken by an answer', async () => {
    const { sessions, model } = setUp({ beforeCall: turn });
    const [book, chat] = [sessions.open(), sessions.open()];
    await chat.prefill([1]);
    model.calls.length = 0;
    const reading = book.prefill(tokens, { priority: 'background' });
    await textOf(chat, { maxTokens: 3 });
    await reading;
    expect(model.calls.map((call) => call.kind).join(' ')).toMatch(/^prefill decode decode decode( prefill){5}$/);
  });
});

describe('a session', () => {
  it('fork leaves its parent bit-identical, and shares nothing', async () => {
    const { sessions, model } = setUp();
    const parent = sessions.open();
    await parent.prefill(tokens);
    const before = await looks(parent);
    const child = parent.fork();
    expect(await looks(child)).toEqual(before);
    await child.prefill([1, 2]);
    await textOf(child);
    expect(await looks(parent)).toEqual(before);
    parent.dispose();
    await child.prefill([3]);
    child.dispose();
    child.dispose();
    expect(model.liveStates()).toBe(0);
  });

  it('does one thing at a time', async () => {
    const { sessions } = setUp({ beforeCall: turn });
    const session = sessions.open();
    const first = session.prefill(tokens);
    for (const call of [
      () => session.prefill([1]),
      () => session.stateHash(),
      () => session.save('a'),
      () => textOf(session),
    ])
      expect(await codeOf(call())).toBe('invalid-argument');
    expect(() => session.fork()).toThrow(/busy with prefill/);
    await first;
    expect(session.position).toBe(tokens.length);
    session.fork();
  });

  it('can be disposed while it reads: the running slice completes, the rest is dropped', async () => {
    const { sessions, model } = setUp({ beforeCall: turn });
    const session = sessions.open();
    const reading = session.prefill(tokens);
    session.dispose();
    expect(await codeOf(reading)).toBe('invalid-argument');
    expect(model.liveStates()).toBe(0);
    expect(await codeOf(session.prefill([1]))).toBe('invalid-argument');
    expect(() => session.fork()).toThrow('closed');
  });

  it('is unusable after the model failed half-way, and never wrong', async () => {
    let fails = true;
    const { sessions } = setUp({
      beforeCall: () => {
        if (fails) throw new EngineError('out-of-memory', 'full');
      },
    });
    const session = sessions.open();
    expect(await codeOf(session.prefill([1]))).toBe('out-of-memory');
    fails = false;
    expect(await codeOf(session.prefill([1]))).toBe('out-of-memory');
    expect(await codeOf(session.save('a'))).toBe('out-of-memory');
    expect(() => session.fork()).toThrow('full');
    await sessions.open().prefill([1]);
  });

  it('fails with device-lost in every session once the device is lost', async () => {
    let lost = false;
    const { sessions } = setUp({
      beforeCall: () => {
        if (lost) throw new EngineError('device-lost', 'gone');
      },
    });
    const [one, two] = [sessions.open(), sessions.open()];
    await two.prefill([1]);
    lost = true;
    expect(await codeOf(one.prefill([1]))).toBe('device-lost');
    lost = false;
    expect(await codeOf(two.prefill([1]))).toBe('device-lost');
    expect(await codeOf(textOf(two))).toBe('device-lost');
  });
});

describe('snapshots of sessions', () => {
  it('restore to the same state, logits, position and prefix, also in another engine', async () => {
    const { sessions, store } = setUp();
    const session = sessions.open();
    await session.prefill(tokens);
    const info = await session.save('book', { byte: 123 });
    expect(info).toMatchObject({
      id: 'book',
      modelName: 'toy',
      tokenCount: 23,
      prefixHash: session.prefixHash,
      extra: { byte: 123 },
    });
    expect(info.byteLength).toBe(store.blobs.get('book')?.length);
    const expected = await looks(session);
    for (const where of [sessions, setUp({ store }).sessions]) {
      const restored = await where.restore('book');
      expect(await looks(restored)).toEqual(expected);
      // The prefix hash goes on where it stood, and so does the text.
      const parent = session.fork();
      await Promise.all([restored, parent].map((each) => each.prefill([5, 6, 7])));
      expect(await looks(restored)).toEqual(await looks(parent));
      expect(await textOf(restored)).toBe(await textOf(parent));
    }
  });

  it('of an answer can be taken, and of nothing at all', async () => {
    const { sessions } = setUp();
    const session = sessions.open();
    await session.save('empty');
    const empty = await sessions.restore('empty');
    expect(await looks(empty)).toEqual(await looks(session));
    expect(await codeOf(textOf(empty))).toBe('invalid-argument');
    await session.prefill(tokens);
    const text = await textOf(session);
    await session.save('answer');
    expect(await looks(await sessions.restore('answer'))).toEqual(await looks(session));
    expect(text).not.toBe('');
  });

  it('are refused by other models, missing or damaged ones with their own codes', async () => {
    const { sessions, store, model } = setUp();
    const session = sessions.open();
    await session.prefill(tokens);
    await session.save('book');
    expect(await codeOf(setUp({ store, modelName: 'other', fingerprintDigit: 'b' }).sessions.restore('book'))).toBe(
      'snapshot-mismatch',
    );
    expect(await codeOf(setUp({ store, layers: 3 }).sessions.restore('book'))).toBe('snapshot-mismatch');
    expect(await codeOf(sessions.restore('nothing'))).toBe('snapshot-missing');
    const sound = store.blobs.get('book') ?? Buffer.of();
    for (const damaged of [
      sound.subarray(0, 40),
      sound.subarray(0, -1),
      Buffer.concat([sound, Buffer.of(0)]),
      Buffer.alloc(sound.length),
    ]) {
      store.blobs.set('book', damaged);
      expect(await codeOf(sessions.restore('book'))).toBe('snapshot-unreadable');
    }
    expect(model.liveStates()).toBe(1);
  });

  it('are refused when their prefix hash contradicts itself', async () => {
    const { sessions, store, model } = setUp();
    const session = sessions.open();
    await session.prefill(tokens);
    const info = await session.save('book');
    const { state, logits } = await decodeSnapshot(new Uint8Array(store.blobs.get('book') ?? []), {
      ...model,
      modelName: 'toy',
    });
    const { midstate: prefixMidstate } = PrefixHash.empty();
    const { bytes } = await encodeSnapshot(
      { ...info, tokenCount: 16, prefixMidstate, state, logits },
      { ...model, modelName: 'toy' },
    );
    await store.put('book', [bytes]);
    expect(await codeOf(sessions.restore('book'))).toBe('snapshot-unreadable');
  });

  it('are never read beyond the size that their header names', async () => {
    const { sessions, store } = setUp();
    const { byteLength } = await sessions.open().save('book');
    store.blobs.set('book', Buffer.concat([store.blobs.get('book') ?? Buffer.of(), Buffer.alloc(1 << 20)]));
    const get = vi.spyOn(store, 'get');
    expect(await codeOf(sessions.restore('book'))).toBe('snapshot-unreadable');
    expect(get.mock.calls.map(([, length]) => length)).toEqual([64 * 1024, byteLength + 1]);
  });

  it('are named in the message when they cannot be read', async () => {
    const { sessions, store } = setUp();
    await sessions.open().save('book');
    store.blobs.get('book')?.subarray(-40).fill(0xff);
    await expect(sessions.restore('book')).rejects.toThrow(
      'Snapshot "book": The snapshot cannot be read: it does not match',
    );
    store.blobs.set('book', Buffer.from('?'));
    await expect(sessions.restore('book')).rejects.toThrow(
      'Snapshot "book": The snapshot cannot be read: it is cut off.',
    );
  });

  it('are listed newest first under the names of the store; unreadable ones are reported', async () => {
    const { sessions, store } = setUp();
    vi.useFakeTimers({ toFake: ['Date'] });
    try {
      for (const [i, id] of ['a', 'c', 'b'].entries()) {
        vi.setSystemTime(1e12 + i);
        await sessions.open().save(id);
      }
    } finally {
      vi.useRealTimers();
    }
    store.blobs.set('renamed', store.blobs.get('a') ?? Buffer.of());
    store.blobs.delete('a');
    store.blobs.set('damaged', Buffer.from('?'));
    store.blobs.set('refused', Buffer.from('?'));
    const get = store.get;
    store.get = (id, length) =>
      id === 'refused' ? Promise.reject(new EngineError('storage-failed', 'Access is denied.')) : get(id, length);
    const unreadable: string[] = [];
    const infos = await sessions.list((id, error) => unreadable.push(`${id} ${error.code}`));
    expect(infos.map((info) => info.id)).toEqual(['b', 'c', 'renamed']);
    expect(unreadable).toEqual(['damaged snapshot-unreadable', 'refused storage-failed']);
    await sessions.delete('b');
    expect((await sessions.list()).map((info) => info.id)).toEqual(['c', 'renamed']);
  });
});
