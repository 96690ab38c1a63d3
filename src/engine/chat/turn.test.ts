/** One turn in sessions whose state is the list of tokens they have read. */
import { describe, expect, it } from 'vitest';
import { FakeSessions, fakeTokenizer } from '../../../test/support/fakeSessions.ts';
import { presetSampling } from '../sampling/presets.ts';
import { renderNextTurn, renderPrompt, type Message } from './template.ts';
import { answerTurn, promptTexts, type TurnOptions, type TurnPiece, type TurnResult } from './turn.ts';

const OPTIONS: TurnOptions = { sampling: presetSampling('greedy', 0), think: 'off', maxTokens: 50 };
const user = (text: string): Message => ({ role: 'user', text });
const assistant = (text: string): Message => ({ role: 'assistant', text });

/** A model that says `answer`, and what its sessions have read as text. */
function setUp(answer: string, more: { beforeSlice?: (position: number) => void } = {}) {
  const tokenizer = fakeTokenizer();
  let read = '';
  const sessions = new FakeSessions({
    ...more,
    answer: (tokens) => {
      read = tokenizer.decode(tokens);
      return answer;
    },
  });
  const turn = async (messages: Message[], options: Partial<TurnOptions> = {}, session = sessions.open()) => {
    const pieces: TurnPiece[] = [];
    const events = answerTurn(session, messages, tokenizer, { ...OPTIONS, ...options });
    let next = await events.next();
    for (; !next.done; next = await events.next()) pieces.push(next.value);
    return { pieces, read, ...next.value };
  };
  return { tokenizer, sessions, turn };
}

/** All tokens that a session has read, as text: what it answers from. */
async function textIn({ sessions, turn }: ReturnType<typeof setUp>, result: TurnResult): Promise<string> {
  return (await turn([user('?')], {}, result.session ?? sessions.open())).read;
}

describe('promptTexts', () => {
  const messages = [user('One'), assistant('<think>Hm.</think> Two. '), user('Three'), assistant(''), user('Four')];

  it('are the prompt, cut where answers begin and end', () => {
    expect(promptTexts(messages, false).join('')).toBe(renderPrompt(messages));
    expect(promptTexts(messages, false)).toEqual([
      ...['User: One\n\nAssistant:', ' Two.', '\n\nUser: Three\n\nAssistant:', '\n\nUser: Four\n\nAssistant:'],
    ]);
    expect(promptTexts([user('Four')], true).join('')).toBe(renderNextTurn('Four'));
  });

  it('refuses to answer when it is not asked', () => {
    expect(() => promptTexts(messages.slice(0, 2), true)).toThrow(
      expect.objectContaining({ code: 'invalid-argument' }),
    );
  });
});

describe('answerTurn', () => {
  it('goes on in the same session where there is no thought', async () => {
    const { sessions, turn } = setUp(' Two and two.');
    const session = sessions.open();
    const result = await turn([user('One')], {}, session);
    expect(result.session).toBe(session);
    expect(result.pieces.map(({ text }) => text).join('')).toBe('Two and two.');
    expect(result.read).toBe(renderPrompt([user('One')]));
  });

  it.each([
    ['full', '>\nHm. </think>\nTwo.', 'Hm.', 'Two.'],
    ['fast', '>\nTwo.', undefined, 'Two.'],
    ['full', '>\nHm, and then', 'Hm, and then', undefined],
  ] as const)('forgets the thought (%s, %j)', async (think, says, thought, answer) => {
    const model = setUp(says);
    const told: [number, number][] = [];
    const result = await model.turn([user('One')], { think, onPrompt: (done, total) => told.push([done, total]) });
    const textOf = (type: string) => result.pieces.filter((it) => it.type === type).map(({ text }) => text);
    expect([textOf('thought'), textOf('text')].map((texts) => texts.join(''))).toEqual([thought ?? '', answer ?? '']);
    expect(told.at(-1)?.[0]).toBe(told.at(-1)?.[1]);
    expect(result.read).toBe(renderPrompt([user('One')], { think }));
    expect(await textIn(model, result)).toBe(renderPrompt([user('One'), assistant(answer ?? ''), user('?')]));
    expect(model.sessions.live).toBe(1); // of `textIn`
  });

  it('has no session when it is cancelled while it reads', async () => {
    const controller = new AbortController();
    const model = setUp('never', { beforeSlice: (position) => position > 0 && controller.abort() });
    const { end, session, pieces } = await model.turn([user('word '.repeat(50))], { signal: controller.signal });
    expect({ end, session, pieces }).toMatchObject({ end: { reason: 'cancelled' }, session: undefined, pieces: [] });
    expect(model.sessions.live).toBe(0);
  });

  it('disposes its sessions when it fails or is left', async () => {
    const model = setUp(' Two.', {
      beforeSlice: (position) => {
        if (position > 0) throw new Error('failed');
      },
    });
    await expect(model.turn([user('word '.repeat(50))])).rejects.toThrow('failed');
    expect(model.sessions.live).toBe(0);
    const { sessions, tokenizer } = setUp(' Two.');
    for await (const _ of answerTurn(sessions.open(), [user('One')], tokenizer, OPTIONS)) break;
    expect(sessions.live).toBe(0);
  });
});
