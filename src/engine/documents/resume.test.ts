/** Going on with a reading seeks to its place: what that costs, and that it never changes what is read. */
import { describe, expect, it } from 'vitest';
import { fakeTokenizer, FakeSessions } from '../../../test/support/fakeSessions.ts';
import { memorySource, type ByteSource } from '../formats/byteSource.ts';
import type { JsonObject } from '../session/types.ts';
import type { Tokenizer } from '../tokenizer/types.ts';
import { readDocument, type ReadEvent } from './read.ts';
import { parseResumePoint, resumePointToJson } from './resumePoint.ts';

type Bytes = Uint8Array<ArrayBuffer>;
type EventOf<T extends ReadEvent['type']> = Extract<ReadEvent, { type: T }>;

// Its ids depend on what it has seen: one for all readings.
const plain = fakeTokenizer();

/** A tokenizer that counts the characters it is given. */
function countingTokenizer(): Tokenizer & { characters: number } {
  return {
    ...plain,
    characters: 0,
    encode(text: string) {
      this.characters += text.length;
      return plain.encode(text);
    },
  };
}

/** A source that counts the bytes it is asked for. */
function countingSource(bytes: Bytes): ByteSource & { asked: number } {
  const all = memorySource('book.txt', bytes);
  return {
    ...all,
    asked: 0,
    read(offset: number, length: number) {
      this.asked += length;
      return all.read(offset, length);
    },
  };
}

interface Ran {
  readonly start: EventOf<'start'> | undefined;
  readonly end: EventOf<'end'> | undefined;
  readonly sections: readonly EventOf<'section'>[];
  readonly characters: number;
  readonly asked: number;
}

/** Reads `bytes`; with `stopAt`, until so many tokens were read, and saves. */
async function read(sessions: FakeSessions, bytes: Bytes, { stopAt = Infinity, batch = 40 } = {}): Promise<Ran> {
  const [source, tokenizer] = [countingSource(bytes), countingTokenizer()];
  const events: ReadEvent[] = [];
  const options = { source, sessions, tokenizer, modelFingerprint: 'f'.repeat(64), focus: 'Look for rain.' };
  for await (const event of readDocument({ ...options, snapshotEverySeconds: 1000, maxBatchTokens: batch })) {
    events.push(event);
    if (event.type === 'progress' && event.tokens >= stopAt) break;
  }
  const find = <T extends ReadEvent['type']>(type: T): EventOf<T>[] =>
    events.filter((event): event is EventOf<T> => event.type === type);
  const { characters } = tokenizer;
  return { start: find('start')[0], end: find('end')[0], sections: find('section'), characters, asked: source.asked };
}

/** Every kind of border: headings, code with blank lines and `#` lines, lines without end, paragraphs over the limit. */
const text = Array.from({ length: 4 }, (_, i) =>
  [
    `# Part ${i}`,
    `${'Es regnete – “naß”, sagte 雨. '.repeat(3 + i)}\nZweite Zeile ${i}`,
    '```sh\n# comment\n\n# more\n```',
    'ohne Ende '.repeat(700),
    'é€😀'.repeat(900),
    `  indented ${i}\n\n\n- list`,
  ].join('\n\n'),
).join('\n\n');

function utf16(content: string, little: boolean): Bytes {
  const view = new DataView(new ArrayBuffer(2 * (content.length + 1)));
  view.setUint16(0, 0xfeff, little);
  for (let i = 0; i < content.length; i++) view.setUint16(2 * (i + 1), content.charCodeAt(i), little);
  return new Uint8Array(view.buffer);
}
const utf8 = (content: string): Bytes => new TextEncoder().encode(content);
/** あ in Shift JIS is 82 A0, and 83 5C holds a backslash as its second byte. */
const shiftJis = (lines: number): Bytes =>
  Uint8Array.from(
    Array.from({ length: lines }, (_, i) => [
      ...Array.from({ length: 5 + ((i * 37) % 300) }, () => [0x82, 0xa0, 0x83, 0x5c]).flat(),
      ...(i % 3 ? [0x0d, 0x0a] : [0x0d, 0x0a, 0x0d, 0x0a]),
    ]).flat(),
  );
const windows1252 = (content: string): Bytes =>
  Uint8Array.from(content.replace(/[^\0-\xff]/gu, '?'), (character) => character.charCodeAt(0));

describe('going on with a reading', () => {
  it('estimates the time that is left from all that was read, also within a long paragraph', async () => {
    const bytes = utf8(`${'ohne Ende '.repeat(2000)}\n\n${'Es regnete. '.repeat(200)}`);
    const sessions = new FakeSessions();
    await read(sessions, bytes, { stopAt: 400 });
    const options = { source: memorySource('book.txt', bytes), sessions, tokenizer: plain };
    const identity = { modelFingerprint: 'f'.repeat(64), focus: 'Look for rain.' };
    let checked = 0;
    for await (const event of readDocument({ ...options, ...identity, maxBatchTokens: 40 })) {
      if (event.type !== 'progress') continue;
      const { tokens, bytes: done, totalBytes, tokensPerSecond, secondsLeft } = event;
      // What is left has at most one token a byte.
      expect(secondsLeft * tokensPerSecond).toBeLessThanOrEqual(totalBytes - done + 1);
      checked += tokens > 400 ? 1 : 0;
    }
    expect(checked).toBeGreaterThan(5);
  });

  it.each([
    ['UTF-8', utf8(text)],
    ['UTF-8 with a byte-order mark and CRLF', utf8(`\ufeff${text.replaceAll('\n', '\r\n')}`)],
    ['UTF-8 with CR alone', utf8(text.replaceAll('\n', '\r'))],
    ['mixed line ends', utf8(text.replace(/\n/gu, (_, at: number) => ['\n', '\r\n', '\r\r\n'][at % 3] ?? ''))],
    ['UTF-16 little-endian', utf16(text.replaceAll('\n', '\r\n'), true)],
    ['UTF-16 big-endian', utf16(text, false)],
    ['windows-1252', windows1252(text.replaceAll('\n', '\r\n'))],
    ['Shift JIS', shiftJis(200)],
  ])('ends in the same state from every place, in %s', async (_, bytes) => {
    const whole = await read(new FakeSessions(), bytes);
    expect(whole.end?.reason).toBe('finished');
    const total = whole.end?.tokens ?? 0;
    let resumes = 0;
    // Batches of other sizes than the whole run's, so that places fall anywhere in blocks.
    for (let stopAt = 1; stopAt < total; stopAt += 1 + Math.floor(total / 16)) {
      const sessions = new FakeSessions();
      await read(sessions, bytes, { stopAt, batch: 17 + (stopAt % 23) });
      const rest = await read(sessions, bytes, { batch: 1000 });
      expect(rest.end).toEqual(whole.end);
      expect(rest.sections).toEqual(whole.sections.slice(rest.start?.resumedSections));
      expect(sessions.tokensRun).toBe(total);
      if ((rest.start?.resumedSections ?? 0) > 0) resumes++;
    }
    if (whole.sections.length > 1) expect(resumes).toBeGreaterThan(3);
  });

  it('goes on again and again, one batch each time', async () => {
    const bytes = utf8(text);
    const whole = await read(new FakeSessions(), bytes);
    const sessions = new FakeSessions();
    let ran = await read(sessions, bytes, { stopAt: 1 });
    while (!ran.end) ran = await read(sessions, bytes, { stopAt: (ran.start?.resumedTokens ?? 0) + 1, batch: 100 });
    expect(ran.end).toEqual(whole.end);
    expect(sessions.tokensRun).toBe(whole.end?.tokens);
  });

  it('tokenises no more than what is left and one block, and reads what was read once, to hash it', async () => {
    const bytes = utf8(`${'A line of text in a long book.\n\n'.repeat(60_000)}The end.`);
    const sessions = new FakeSessions();
    const first = await read(sessions, bytes, { stopAt: 400_000, batch: 4096 });
    expect(first.characters).toBeGreaterThan(1e6);
    const rest = await read(sessions, bytes, { batch: 4096 });
    const { resumedBytes = 0 } = rest.start ?? {};
    expect(resumedBytes).toBeGreaterThan(1e6);
    expect(rest.end?.reason).toBe('finished');
    const left = bytes.length - resumedBytes;
    expect(rest.characters).toBeLessThan(left + 4096 + 100);
    // The beginning that names the document, the sample that tells its encoding, and every byte once for its hash.
    expect(rest.asked).toBeLessThan(2 ** 20 + 64 * 1024 + bytes.length + left + 4096);
  });

  it('passes over the text from its beginning where the record has no place to go on', async () => {
    const bytes = utf8(text);
    const whole = await read(new FakeSessions(), bytes);
    const damages: ((resume: JsonObject) => JsonObject | undefined)[] = [
      () => undefined, // as saved by versions that had none
      (resume) => ({ ...resume, startByte: -1 }),
      (resume) => ({ ...resume, tokens: 1e9 }),
      (resume) => ({ ...resume, midstate: 'zz' }),
      (resume) => ({ ...resume, section: [] }),
    ];
    for (const damage of damages) {
      const sessions = new FakeSessions();
      await read(sessions, bytes, { stopAt: 3000, batch: 400 });
      for (const [id, snapshot] of sessions.snapshots) {
        const { resume, ...extra } = snapshot.info.extra;
        const damaged = damage(resume as JsonObject);
        const info = { ...snapshot.info, extra: { ...extra, ...(damaged && { resume: damaged }) } };
        sessions.snapshots.set(id, { ...snapshot, info });
      }
      const rest = await read(sessions, bytes);
      expect(rest.start?.resumedTokens).toBeGreaterThanOrEqual(3000);
      expect(rest.start?.resumedSections).toBe(0);
      expect(rest.sections).toEqual(whole.sections);
      expect(rest.end).toEqual(whole.end);
      expect(sessions.tokensRun).toBe(whole.end?.tokens);
    }
  });

  it('notices a place that does not lead to the tokens that were read', async () => {
    const bytes = utf8(text);
    const sessions = new FakeSessions();
    await read(sessions, bytes, { stopAt: 3000 });
    for (const [id, snapshot] of sessions.snapshots) {
      const resume = { ...(snapshot.info.extra['resume'] as JsonObject), startByte: 0 };
      sessions.snapshots.set(id, {
        ...snapshot,
        info: { ...snapshot.info, extra: { ...snapshot.info.extra, resume } },
      });
    }
    await expect(read(sessions, bytes)).rejects.toMatchObject({ code: 'document-changed' });
  });

  it('notices a changed byte far before the place where it goes on', async () => {
    const bytes = utf8('A line of text in a long book.\n\n'.repeat(60_000));
    const sessions = new FakeSessions();
    await read(sessions, bytes, { stopAt: 450_000, batch: 4096 });
    const changed = bytes.slice();
    changed[1_200_000] = 0x58; // behind the first MiB, which would make it another document
    await expect(read(sessions, changed)).rejects.toMatchObject({ code: 'document-changed' });
  });
});

describe('a resume point', () => {
  const point = {
    ...{ startByte: 10, startLine: 2, continuing: false, inFence: true, tokens: 7, midstate: 'ab' },
    section: {
      ...{ index: 1, title: 'A, part 2', heading: 'A', part: 2, tokens: 5 },
      ...{ startByte: 4, endByte: 9, startLine: 1, endLine: 1 },
    },
  };

  it('comes back from JSON as it was', () => {
    const start = { ...point, section: undefined };
    for (const each of [point, start])
      expect(parseResumePoint(JSON.parse(JSON.stringify(resumePointToJson(each))) as JsonObject)).toEqual(each);
  });

  it('is refused when anything is missing', () => {
    const json = resumePointToJson(point);
    for (const name of Object.keys(json)) expect(parseResumePoint({ ...json, [name]: [] })).toBeUndefined();
    for (const name of Object.keys(point.section))
      expect(parseResumePoint({ ...json, section: { ...(json['section'] as JsonObject), [name]: null } })).toBe(
        undefined,
      );
  });
});
