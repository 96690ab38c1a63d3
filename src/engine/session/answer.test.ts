/**
 * Laws of answers, above all exactness: after an answer the session equals one that has read the prompt and then the
 * delivered text. The toy model says what it is told to, so that stop texts fall onto tokens in every way.
 */
import { describe, expect, it } from 'vitest';
import { createFakeModel } from '../../../test/support/fakeModel.ts';
import { createMemoryStore } from '../../../test/support/memoryStore.ts';
import { seededRandom } from '../../../test/support/randomModel.ts';
import { createTinyTokenizer } from '../../../test/support/tinyTokenizer.ts';
import { createSessions } from './session.ts';
import type { GenerateEvent, GenerateOptions, Session } from './types.ts';

const PROMPT = [10, 20, 30];
/** The end of "é" (C3 A9) and a line break in one token. */
const E_END_AND_BREAK = Uint8Array.of(0xa9, 0x0a);
const tokenizer = createTinyTokenizer([
  'Hello',
  ' world',
  '\n\n',
  'User',
  '.\n',
  '\nUser',
  'end\n\nUser: x',
  E_END_AND_BREAK,
]);
const greedy = { temperature: 0, topP: 1, topK: 0, presencePenalty: 0, frequencyPenalty: 0, penaltyDecay: 1, seed: 1 };

/** A token given by its text, its bytes or its only byte; -1 is the end of text. */
type Piece = string | Uint8Array | number;

const idsOf = (pieces: readonly Piece[]): number[] =>
  pieces.map((piece) => {
    if (piece === -1) return 0;
    const ids = tokenizer.encodeBytes(typeof piece === 'number' ? Uint8Array.of(piece) : Buffer.from(piece));
    if (ids.length !== 1) throw new Error(`${String(piece)} is not one token`);
    return ids[0] ?? 0;
  });

function setUp(
  pieces: readonly Piece[],
  beforeCall: (tokens: readonly number[]) => Promise<void> | void = () => undefined,
) {
  const script = idsOf(pieces);
  const model = createFakeModel({
    vocabularySize: 300,
    says: (position) => script[position - PROMPT.length],
    beforeCall,
  });
  const sessions = createSessions({ model, modelName: 'toy', tokenizer, store: createMemoryStore() });
  return { model, sessions };
}

interface Outcome {
  readonly text: string;
  readonly texts: string[];
  readonly end: Extract<GenerateEvent, { type: 'end' }> | undefined;
}

async function collect(
  session: Session,
  options: Partial<GenerateOptions> = {},
  onText?: (text: string) => void,
): Promise<Outcome> {
  const texts: string[] = [];
  let end: Outcome['end'];
  for await (const event of session.generate({ sampling: greedy, stop: ['\n\nUser'], maxTokens: 50, ...options })) {
    expect(end).toBeUndefined();
    if (event.type === 'end') end = event;
    else {
      expect(event.text).not.toBe('');
      texts.push(event.text);
      onText?.(event.text);
    }
  }
  return { text: texts.join(''), texts, end };
}

/** The session, and the law: it equals one that read the prompt, then `tokens`, which spell the delivered text. */
async function answer(pieces: readonly Piece[], options: Partial<GenerateOptions> = {}) {
  const { model, sessions } = setUp(pieces);
  const session = sessions.open();
  await session.prefill(PROMPT);
  const outcome = await collect(session, options);
  expect(model.liveStates(), 'copies are given back').toBe(1);
  const expectRead = async (read: readonly Piece[]): Promise<void> => {
    const fresh = sessions.open();
    await fresh.prefill([...PROMPT, ...idsOf(read)]);
    expect(Buffer.concat(idsOf(read).map((id) => tokenizer.bytesOf(id))).toString()).toBe(outcome.text);
    expect(session.position).toBe(fresh.position);
    expect(session.prefixHash).toBe(fresh.prefixHash);
    expect(await session.stateHash()).toBe(await fresh.stateHash());
  };
  return { ...outcome, model, session, expectRead };
}

describe('an answer ends', () => {
  it('at maxTokens, with all of them read', async () => {
    const { end, expectRead } = await answer(['Hello', ' world', '.\n', 'Hello'], { maxTokens: 3 });
    expect(end).toEqual({ type: 'end', reason: 'length', stopText: undefined, tokens: 3 });
    await expectRead(['Hello', ' world', '.\n']);
  });

  it('at once when no token is wanted', async () => {
    const { text, end, expectRead } = await answer(['Hello'], { maxTokens: 0 });
    expect([text, end?.reason, end?.tokens]).toEqual(['', 'length', 0]);
    await expectRead([]);
  });

  it('at the end of text, which is not read', async () => {
    const { end, expectRead } = await answer(['Hello', -1]);
    expect(end).toEqual({ type: 'end', reason: 'stop', stopText: undefined, tokens: 2 });
    await expectRead(['Hello']);
  });

  it.each<[what: string, said: Piece[], delivered: Piece[]]>([
    ['that is one token', ['Hello', '\n\n', 'User'], ['Hello']],
    ['of one token within a larger one', ['Hello', 'end\n\nUser: x'], ['Hello', 'e', 'n', 'd']],
    ['over two tokens', ['Hello', '\n\n', 'User'], ['Hello']],
    ['over many tokens', ['Hello', '\n', '\n', 'U', 's', 'e', 'r'], ['Hello']],
    ['that begins inside a token', ['Hello', '.\n', '\nUser'], ['Hello', '.']],
    ['right at the beginning', ['\n\n', 'User'], []],
    ['after a false start', ['Hello', '\n\n', 'U', 'Hello', '\n\n', 'User'], ['Hello', '\n\n', 'U', 'Hello']],
    [
      'after more line breaks than it has',
      ['Hello', '\n', '\n', '\n\n', '\n', '\nUser'],
      ['Hello', '\n', '\n', '\n\n'],
    ],
    ['that overlaps its false start', ['\n\n', '\n', '\nUser'], ['\n\n']],
    [
      'after a character made of several tokens',
      ['Hello', 0xf0, 0x9f, 0x98, 0x80, '\n\n', 'User'],
      ['Hello', 0xf0, 0x9f, 0x98, 0x80],
    ],
  ])('at a stop text %s, and the session has read nothing of it', async (_, said, delivered) => {
    const { end, expectRead } = await answer([...said, 'Hello']);
    expect(end).toEqual({ type: 'end', reason: 'stop', stopText: '\n\nUser', tokens: said.length });
    await expectRead(delivered);
  });

  it('at a stop text inside a token that also ends a character', async () => {
    const { text, expectRead } = await answer(['Hello', 0xc3, E_END_AND_BREAK, '\nUser']);
    expect(text).toBe('Helloé');
    await expectRead(['Hello', 0xc3, 0xa9]);
  });

  it('with what looked like the beginning of a stop text delivered', async () => {
    for (const last of [
      { said: ['Hello', '\n\n', 'U', -1], options: {}, read: ['Hello', '\n\n', 'U'] },
      { said: ['Hello', '\n\n', 'User'], options: { maxTokens: 2 }, read: ['Hello', '\n\n'] },
    ]) {
      const { end, expectRead } = await answer(last.said, last.options);
      expect(end?.stopText).toBeUndefined();
      await expectRead(last.read);
    }
  });

  it('without the blank line before the end of text, which the next turn brings', async () => {
    const { end, expectRead } = await answer(['Hello', '\n\n', -1]);
    expect(end).toEqual({ type: 'end', reason: 'stop', stopText: undefined, tokens: 3 });
    await expectRead(['Hello']);
  });

  it('without half a character, delivered or read', async () => {
    const { text, expectRead } = await answer(['Hello', 0xf0, 0x9f, 'User'], { maxTokens: 3 });
    expect(text).toBe('Hello');
    await expectRead(['Hello']);
  });

  it('with invalid bytes read as the character that was delivered for them', async () => {
    const { text, session } = await answer(['Hello', 0xff, '\n\n', 'User']);
    expect(text).toBe('Hello\ufffd');
    expect(session.position).toBe(PROMPT.length + 2);
  });
});

describe('any answer', () => {
  /** Tokens that begin, continue and break off the stop text in all ways; "é" comes in two halves. */
  const alphabet: readonly Piece[][] = [
    ['\n'],
    ['\n\n'],
    ['\nUser'],
    ['.\n'],
    ['User'],
    ['U'],
    ['s'],
    ['Hello'],
    [0xc3, 0xa9],
    [0xc3, E_END_AND_BREAK],
  ];

  /** What has to be read, worked out without streaming: whole tokens as far as they go, then the rest of the text. */
  const expectedTokens = (ids: readonly number[], text: string): number[] => {
    const decoded = ids.map((_, i) => tokenizer.decode(ids.slice(0, i + 1)));
    const whole = decoded.findLastIndex((start) => !start.endsWith('\ufffd') && text.startsWith(start)) + 1;
    return [...ids.slice(0, whole), ...tokenizer.encode(text.slice((decoded[whole - 1] ?? '').length))];
  };

  it('of random tokens leaves an exact session', async () => {
    const random = seededRandom(1);
    const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T; // never out of range
    for (let round = 0; round < 150; round++) {
      const said = Array.from({ length: 12 }, () => pick(alphabet)).flat();
      const stop = pick(['\n\nUser', '\n\n', '\n\n\n', 'UsU', 'é\n', 'ss']);
      const { sessions, model } = setUp(said);
      const session = sessions.open();
      await session.prefill(PROMPT);
      const { text, end } = await collect(session, { stop: [stop], maxTokens: said.length });
      const [before = ''] = tokenizer.decode(idsOf(said)).split(stop);
      expect(text).toBe(before);
      expect(end?.reason).toBe(before === tokenizer.decode(idsOf(said)) ? 'length' : 'stop');
      const fresh = sessions.open();
      await fresh.prefill([...PROMPT, ...expectedTokens(idsOf(said), text)]);
      expect(session.prefixHash, JSON.stringify({ said, stop })).toBe(fresh.prefixHash);
      expect(await session.stateHash()).toBe(await fresh.stateHash());
      expect(model.liveStates()).toBe(2);
    }
  });
});

describe('a cancelled answer', () => {
  it('leaves a session that has read the delivered text, wherever it is cancelled', async () => {
    const said = ['Hello', '\n', '\n', 'U', ' world', 0xc3, 0xa9, '.\n', 'Hello', '\n\n', 'U', 's'];
    for (let calls = 1; calls <= said.length; calls++) {
      const abort = new AbortController();
      let decoded = 0;
      const { sessions, model } = setUp(said, (tokens) => {
        if (tokens.length === 1 && ++decoded === calls) abort.abort();
      });
      const session = sessions.open();
      await session.prefill(PROMPT);
      const { text, end } = await collect(session, { signal: abort.signal });
      expect(end?.reason).toBe('cancelled');
      expect(end?.tokens).toBe(calls);
      expect(model.liveStates()).toBe(1);
      // The delivered text is a beginning of what was said, at the border of a token.
      const whole = said.findIndex((_, count) => tokenizer.decode(idsOf(said.slice(0, count))) === text);
      const read = whole < 0 ? [...said.slice(0, 7), '.'] : said.slice(0, whole);
      const fresh = sessions.open();
      await fresh.prefill([...PROMPT, ...idsOf(read)]);
      expect(await session.stateHash(), `cancelled in decode ${calls}`).toBe(await fresh.stateHash());
      expect(session.prefixHash).toBe(fresh.prefixHash);
      expect(tokenizer.decode(idsOf(read))).toBe(text);
    }
  });

  it('does nothing when the signal was given before', async () => {
    const { text, end, expectRead } = await answer(['Hello'], { signal: AbortSignal.abort() });
    expect([text, end?.reason, end?.tokens]).toEqual(['', 'cancelled', 0]);
    await expectRead([]);
  });

  it('is as exact when the caller just leaves its loop', async () => {
    const { sessions, model } = setUp(['Hello', '\n', '.\n', 'Hello', ' world', 'Hello']);
    const session = sessions.open();
    await session.prefill(PROMPT);
    let text = '';
    for await (const event of session.generate({ sampling: greedy, stop: ['\n\nUser'], maxTokens: 9 })) {
      if (event.type === 'text') text += event.text;
      if (text.includes('world')) break;
    }
    const fresh = sessions.open();
    await fresh.prefill([...PROMPT, ...idsOf(['Hello', '\n', '.\n', 'Hello', ' world'])]);
    expect(text).toBe('Hello\n.\nHello world');
    expect(await session.stateHash()).toBe(await fresh.stateHash());
    session.dispose();
    fresh.dispose();
    expect(model.liveStates()).toBe(0);
  });
});

describe('generate', () => {
  it('delivers text piece by piece, holding back only what may be a stop text', async () => {
    const { texts } = await answer(['Hello', '\n', ' world', -1]);
    expect(texts).toEqual(['Hello', '\n world']);
  });

  it('goes on from where the last answer ended', async () => {
    const { sessions } = setUp(['Hello', ' world', '.\n', 'Hello', -1]);
    const session = sessions.open();
    await session.prefill(PROMPT);
    const first = await collect(session, { maxTokens: 2 });
    const second = await collect(session);
    expect([first.text, second.text]).toEqual(['Hello world', '.\nHello']);
  });

  it('gives the same text for the same seed, and others for others', async () => {
    const { sessions } = setUp([]);
    const session = sessions.open();
    await session.prefill(PROMPT);
    const sample = async (seed: number): Promise<string> =>
      (await collect(session.fork(), { sampling: { ...greedy, temperature: 1, seed }, stop: [], maxTokens: 20 })).text;
    expect(await sample(7)).toBe(await sample(7));
    expect(await sample(7)).not.toBe(await sample(8));
  });

  it('lets stop texts count only after the end of a thought', async () => {
    const said = ['Hello', '\n\n', 'User', '.\n', 'Hello', '\n\n', 'User'];
    const { text, expectRead } = await answer(said, { stopAfter: '.\n' });
    expect(text).toBe('Hello\n\nUser.\nHello');
    await expectRead(said.slice(0, 5));
  });

  it('counts what it said for the penalties, but for digits and spaces', async () => {
    for (const [said, repeated] of [
      ['1', true],
      [' ', true],
      ['x', false],
    ] as const) {
      const { sessions } = setUp([said, said, said]);
      const session = sessions.open();
      await session.prefill(PROMPT);
      const { text } = await collect(session, { sampling: { ...greedy, frequencyPenalty: 60 }, maxTokens: 3 });
      expect(text === said.repeat(3)).toBe(repeated);
    }
  });

  it('never chooses a token without text', async () => {
    // 290 has no entry in the vocabulary; the model would like to say nothing else.
    const model = createFakeModel({ vocabularySize: 300, says: () => 290 });
    const session = createSessions({ model, modelName: 'toy', tokenizer, store: createMemoryStore() }).open();
    await session.prefill(PROMPT);
    await collect(session, { maxTokens: 3 });
    expect(model.calls.filter((call) => call.tokens.includes(290))).toEqual([]);
  });

  it('refuses what makes no sense', async () => {
    const { sessions } = setUp(['Hello']);
    const session = sessions.open();
    await expect(collect(session)).rejects.toMatchObject({ code: 'invalid-argument' });
    await session.prefill(PROMPT);
    for (const bad of [{ maxTokens: -1 }, { maxTokens: NaN }, { stop: [''] }, { sampling: { ...greedy, topK: -1 } }])
      await expect(collect(session, bad)).rejects.toMatchObject({ code: 'invalid-argument' });
    await session.prefill([1]); // and stays usable
  });

  it('passes a failure of the model on', async () => {
    const { sessions, model } = setUp(['Hello', '\n', '\n', 'Hello'], (tokens) => {
      if (tokens.length === 1 && model.calls.length === 4) throw new Error('failed');
    });
    const session = sessions.open();
    await session.prefill(PROMPT);
    await expect(collect(session)).rejects.toThrow('failed');
    session.dispose();
    expect(model.liveStates()).toBe(0);
  });
});
