/**
 * The engine process as the app sees it: a real child with the model that ships, on the software adapter. Texts are
 * compared, never judged.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { EngineHost } from '../../main/engineHost.ts';
import type { EngineApi } from '../api/contract.ts';
import { demoModelPath } from '../hosts/paths.ts';
import { presetSampling } from '../sampling/presets.ts';
import type { EventOf, ParamsOf } from './methods.ts';

type Message = ParamsOf<'answer'>['messages'][number];
type AnswerEnd = Extract<EventOf<'answer'>, { type: 'end' }>;

const sampling = presetSampling('greedy', 0);
const QUESTION = 'What does a lighthouse do?';
const user = (text: string): Message => ({ role: 'user', text });
const assistant = (text: string): Message => ({ role: 'assistant', text });

const DOCUMENT = `# Harbour

The keeper of the lighthouse is called Maria. She lights the lamp every evening at six, and puts it out at dawn.
Ships come from the north with salt and wool. The harbour has room for nine of them, and for many small boats.
In winter the ice closes it for weeks. Then the keeper mends nets, and the boats lie on the beach under canvas.

# Town

The town has a market on Friday, where fish and bread are sold. The mayor is old and walks with a stick.
The school has two teachers and one bell. The bell was cast in the year of the great flood, and rings at eight.
`;

let folder: string;
let host: EngineHost;
let engine: EngineApi;

async function answer(
  params: Partial<ParamsOf<'answer'>> & Pick<ParamsOf<'answer'>, 'messages' | 'saveAs'>,
  { signal, onText }: { signal?: AbortSignal; onText?: () => void } = {},
): Promise<{ text: string; end: AnswerEnd | undefined }> {
  let [text, end]: [string, AnswerEnd | undefined] = ['', undefined];
  for await (const event of engine.answer({ think: 'off', sampling, maxTokens: 12, ...params }, signal)) {
    expect(end).toBeUndefined();
    if (event.type === 'text') {
      text += event.text;
      onText?.();
    } else if (event.type === 'end') end = event;
  }
  return { text, end };
}

async function read(
  params: Partial<ParamsOf<'readDocument'>> = {},
  onEvent: (event: EventOf<'readDocument'>) => void = () => undefined,
  signal?: AbortSignal,
): Promise<EventOf<'readDocument'>[]> {
  const events: EventOf<'readDocument'>[] = [];
  const choices = { focus: '', summarise: false, sampling, known: [], snapshotEverySeconds: 5, fresh: false };
  for await (const event of engine.readDocument({ folder: join(folder, 'document'), ...choices, ...params }, signal)) {
    events.push(event);
    onEvent(event);
  }
  return events;
}

/** The events of a kind; the cast follows from the filter. */
const ofType = <E extends { type: string }, T extends E['type']>(events: E[], type: T): Extract<E, { type: T }>[] =>
  events.filter((event) => event.type === type) as Extract<E, { type: T }>[];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'anser-process-'));
  const entry = join(import.meta.dirname, 'entry.ts');
  host = new EngineHost({ nodePath: process.execPath, entry, dataFolder: join(folder, 'data') });
  engine = host.engine();
});
afterAll(async () => {
  await host.dispose();
  rmSync(folder, { recursive: true, force: true });
});

test('loads and tests a model, and says what it is', async () => {
  await expect(answer({ messages: [user('Hi')], saveAs: 'none' })).rejects.toMatchObject({ code: 'model-unloaded' });
  expect((await engine.listAdapters({})).at(-1)).toEqual({ name: 'software', software: true });
  const path = demoModelPath();
  const events: EventOf<'loadModel'>[] = [];
  for await (const event of engine.loadModel({ path, precision: 'source', adapter: 'software' })) events.push(event);
  expect([...new Set(events.map(({ type }) => type))]).toEqual(['progress', 'testing', 'loaded']);
  const facts = await engine.inspectModel({ path });
  const model = ofType(events, 'loaded')[0]?.model;
  expect(model).toMatchObject({
    name: facts.name,
    parameters: facts.parameters,
    stateBytes: facts.stateBytes,
    slow: true,
  });
  const missing = engine.loadModel({ path: '/no/such/file', precision: 'source', adapter: 'software' });
  await expect(missing[Symbol.asyncIterator]().next()).rejects.toMatchObject({ code: 'model-unreadable' });
  expect(await engine.countTokens({ text: 'A bad file costs nobody the model.' })).toBeGreaterThan(5);
});

describe('turns', () => {
  let first = '';

  test('a follow-up from the saved state is the same as from the whole conversation', async () => {
    const one = await answer({ messages: [user(QUESTION)], saveAs: 'one' });
    first = one.text;
    expect(first).not.toBe('');
    const { details, snapshot, reason } = one.end ?? {};
    expect([snapshot?.id, reason]).toEqual(['one', details?.tokens === 12 ? 'length' : 'stop']);
    expect(details?.promptTokens).toBe(await engine.countTokens({ text: `User: ${QUESTION}\n\nAssistant:` }));
    expect(Math.min(details?.tokensPerSecond ?? 0, details?.firstTextMs ?? 0)).toBeGreaterThan(0);

    const two = await answer({ base: 'one', messages: [user('Why?')], saveAs: 'two' });
    const whole = await answer({ messages: [user(QUESTION), assistant(first), user('Why?')], saveAs: 'whole' });
    expect(two.text).toBe(whole.text);
    expect(two.end?.snapshot?.tokenCount).toBe(whole.end?.snapshot?.tokenCount);
    expect(two.end?.details.promptTokens).toBeLessThan(whole.end?.details.promptTokens ?? 0);
  });

  test('a base stays as it is, whatever goes on from it', async () => {
    const before = await engine.checkSnapshot({ id: 'one' });
    const ways = await Promise.all(
      ['a', 'b'].map((id) => answer({ base: 'one', messages: [user('Why?')], saveAs: id })),
    );
    expect(ways[0]?.text).toBe(ways[1]?.text);
    expect(await engine.checkSnapshot({ id: 'one' })).toEqual(before);
  });

  test('a cancelled answer is kept as far as it was shown', async () => {
    const controller = new AbortController();
    const onText = (): void => controller.abort();
    const cut = await answer(
      { messages: [user(QUESTION)], saveAs: 'cut', maxTokens: 200 },
      { signal: controller.signal, onText },
    );
    expect(cut.end).toMatchObject({ reason: 'cancelled', snapshot: { id: 'cut' } });
    const next = await answer({ base: 'cut', messages: [user('Go on.')], saveAs: 'next' });
    const whole = await answer({ messages: [user(QUESTION), assistant(cut.text), user('Go on.')], saveAs: 'whole' });
    expect(next.text).toBe(whole.text);
  });

  test('a cancel while the prompt is read leaves nothing', async () => {
    const controller = new AbortController();
    const text = 'A long message. '.repeat(60);
    const answering = engine.answer(
      { messages: [user(text)], think: 'off', sampling, maxTokens: 5, saveAs: 'never' },
      controller.signal,
    );
    const events: EventOf<'answer'>[] = [];
    for await (const event of answering) {
      events.push(event);
      controller.abort();
    }
    expect(events[0]).toMatchObject({ type: 'prompt' });
    expect(events.at(-1)).toMatchObject({ type: 'end', reason: 'cancelled', snapshot: null });
    expect(ofType(events, 'text')).toEqual([]);
    await expect(engine.checkSnapshot({ id: 'never' })).rejects.toMatchObject({ code: 'snapshot-missing' });
  });

  test('snapshots are listed, copied and deleted; a deleted base is missing', async () => {
    const copy = await engine.copySnapshot({ from: 'one', to: 'copy' });
    expect(await engine.checkSnapshot({ id: 'copy' })).toEqual(copy);
    await engine.deleteSnapshots({ ids: ['one', 'not-there'] });
    const ids = (await engine.listSnapshots({})).snapshots.map(({ id }) => id);
    expect([ids.includes('copy'), ids.includes('one')]).toEqual([true, false]);
    const gone = answer({ base: 'one', messages: [user('Why?')], saveAs: 'x' });
    await expect(gone).rejects.toMatchObject({ code: 'snapshot-missing' });
  });
});

describe('a document', () => {
  test('is imported, read with summaries, and asked', async () => {
    const path = join(folder, 'harbour.md');
    writeFileSync(path, DOCUMENT);
    const imported: EventOf<'importDocument'>[] = [];
    for await (const event of engine.importDocument({ path, folder: join(folder, 'document') })) imported.push(event);
    const facts = imported.at(-1);
    if (facts?.type !== 'imported') throw new Error('The import has no last event.');

    const events = await read({ summarise: true });
    const sections = ofType(events, 'section').map(({ section }) => section);
    expect(sections.map(({ index }) => index)).toEqual(Array.from({ length: facts.facts.sections }, (_, i) => i));
    const summaries = ofType(events, 'summary');
    expect(summaries.map(({ of }) => of)).toEqual([...sections.map(({ index }) => index), 'overall']);
    const end = ofType(events, 'end')[0];
    expect(end).toMatchObject({ reason: 'finished', sections: sections.length });
    expect(end?.tokens).toBeGreaterThanOrEqual(facts.facts.tokens ?? Infinity);

    // Again, with what is known: nothing but the overall summary is written.
    const known = sections.map((section, i) => ({ section, summary: summaries[i]?.text ?? '' }));
    const controller = new AbortController();
    const again = await read(
      { summarise: true, known },
      (event) => {
        if (event.type === 'writing') controller.abort();
      },
      controller.signal,
    );
    expect(ofType(again, 'section')).toEqual(ofType(events, 'section'));
    expect(ofType(again, 'writing')).toEqual([{ type: 'writing', of: 'overall' }]);
    expect(again.at(-1)).toMatchObject({ type: 'end', reason: 'cancelled' });
  });

  test.each(['memory', 'reread'] as const)('is asked (%s)', async (mode) => {
    const events: EventOf<'askDocument'>[] = [];
    const question = 'Who keeps the lighthouse?';
    const asking = { folder: join(folder, 'document'), focus: '', question, mode, sampling, maxTokens: 6 };
    for await (const event of engine.askDocument(asking)) events.push(event);
    const [basis, end] = [events[0], events.at(-1)];
    if (basis?.type !== 'basis' || end?.type !== 'end') throw new Error('The answer has no basis or no end.');
    const reread = basis.basis.mode === 'memory' ? [] : basis.basis.passages;
    expect(basis.basis.mode).toBe(mode);
    expect(end.documentTokens).toBe(reread.reduce((sum, { tokens }) => sum + tokens, 0));
    expect(end.documentTokens > 0).toBe(mode === 'reread');
    expect(end.details.promptTokens).toBeGreaterThan(end.documentTokens);
  });

  test('goes on from its last state when the process is killed, and lets a turn in between', async () => {
    let [killed, savedTokens] = [false, 0];
    const reading = read({ fresh: true, focus: 'Who keeps the lighthouse?', snapshotEverySeconds: 0 }, (event) => {
      if (event.type === 'saved') savedTokens = event.tokens;
      // Not after the first, to see that it was not begun anew.
      if (event.type !== 'progress' || savedTokens < 30 || killed) return;
      killed = true;
      process.kill(host.pid ?? 0, 'SIGKILL');
    });
    await expect(reading).rejects.toMatchObject({ code: 'connection-lost' });

    // The host starts another process and loads the model; what comes meanwhile waits.
    const order: string[] = [];
    const again = read({ focus: 'Who keeps the lighthouse?' }, ({ type }) => order.push(type));
    const turn = await answer({ messages: [user('Hi')], saveAs: 'meanwhile', maxTokens: 4 });
    order.push('turn');
    const events = await again;
    expect(ofType(events, 'start')[0]?.resumedTokens).toBeGreaterThanOrEqual(savedTokens);
    expect(ofType(events, 'end')[0]?.reason).toBe('finished');
    expect(turn.end?.snapshot?.id).toBe('meanwhile');
    // The turn did not wait for the document.
    expect(order.indexOf('turn')).toBeLessThan(order.indexOf('end'));
  });
});

test('what runs with a model fails when that is unloaded', async () => {
  let unloading: Promise<unknown> | undefined;
  const running = answer(
    { messages: [user(QUESTION)], saveAs: 'x', maxTokens: 500 },
    {
      onText: () => void (unloading ??= engine.unloadModel({})),
    },
  );
  await expect(running).rejects.toMatchObject({ code: 'model-unloaded' });
  await unloading;
  await expect(engine.checkSnapshot({ id: 'x' })).rejects.toMatchObject({ code: 'snapshot-missing' });
});
