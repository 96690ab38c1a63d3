/** Stop texts in streams: matches, what is held back, and that the cuts do not matter. */
import { describe, expect, it } from 'vitest';
import { Random } from './random.ts';
import { StopMatcher, type StopMatcherOptions } from './stop.ts';

/** What a stream delivers, with `|` between the pieces' texts, and how it ended. */
function run(
  stops: readonly string[],
  pieces: readonly string[],
  options?: StopMatcherOptions,
): { texts: string[]; stopText: string | undefined } {
  const matcher = new StopMatcher(stops, options);
  const texts: string[] = [];
  for (const piece of pieces) {
    const { text, stopText } = matcher.push(piece);
    texts.push(text);
    if (stopText !== undefined) return { texts, stopText };
  }
  texts.push(matcher.flush());
  return { texts, stopText: undefined };
}

/** The definition: the shortest beginning of the text that ends with a stop text. */
function plain(stops: readonly string[], text: string): { text: string; stopText: string | undefined } {
  for (let end = 1; end <= text.length; end++) {
    const [stop] = stops
      .filter((candidate) => text.slice(0, end).endsWith(candidate))
      .sort((a, b) => b.length - a.length);
    if (stop !== undefined) return { text: text.slice(0, end - stop.length), stopText: stop };
  }
  return { text, stopText: undefined };
}

describe('StopMatcher', () => {
  it.each<[what: string, stops: string[], pieces: string[], texts: string[], stopText: string | undefined]>([
    ['a stop text in one piece', ['\n\nUser'], ['Hi.\n\nUser: more'], ['Hi.'], '\n\nUser'],
    ['a stop text over pieces', ['\n\nUser'], ['Hi.\n', '\nUs', 'er:'], ['Hi.', '', ''], '\n\nUser'],
    [
      'a beginning that goes on otherwise',
      ['\n\nUser'],
      ['Hi.\n', '\nUse', ' it'],
      ['Hi.', '', '\n\nUse it', ''],
      undefined,
    ],
    ['a beginning within a beginning', ['aab'], ['aa', 'a', 'b'], ['', 'a', ''], 'aab'],
    ['a beginning at the end', ['\n\nUser'], ['Hi.\n\n'], ['Hi.', '\n\n'], undefined],
    ['the first completed of several', ['\n\nUser', '\n\n'], ['a\n\nUser'], ['a'], '\n\n'],
    ['the longest of those completed together', ['c', 'bc'], ['abc'], ['a'], 'bc'],
    ['no stop texts', [], ['a', 'b'], ['a', 'b', ''], undefined],
  ])('handles %s', (_, stops, pieces, texts, stopText) => {
    expect(run(stops, pieces)).toEqual({ texts, stopText });
  });

  it('gives the same for every cut', () => {
    const random = Random.fromSeed(4);
    const below = (n: number): number => Math.floor(random.next() * n);
    const letters = (length: number): string => Array.from({ length }, () => 'ab'[below(2)]).join('');
    for (let round = 0; round < 1000; round++) {
      const stops = Array.from({ length: below(4) }, () => letters(1 + below(6)));
      const text = letters(below(40));
      const pieces = text.match(/.{1,5}?(?=.{0,3})/gu) ?? [];
      const joined: string[] = [];
      while (pieces.length > 0) joined.push(pieces.splice(0, 1 + below(4)).join(''));
      const { texts, stopText } = run(stops, joined);
      expect({ text: texts.join(''), stopText }).toEqual(plain(stops, text));
    }
  });

  it('drops everything after a match', () => {
    const matcher = new StopMatcher(['X']);
    expect(matcher.push('aXb')).toEqual({ text: 'a', stopText: 'X' });
    expect(matcher.push('c')).toEqual({ text: '', stopText: 'X' });
    expect(matcher.flush()).toBe('');
  });

  it('does not stop before the text that stop texts wait for', () => {
    const after = { after: '</think>' };
    expect(run(['\n\nUser'], ['a\n\nUser b</th', 'ink>c\n', '\nUser'], after)).toEqual({
      texts: ['a\n\nUser b</th', 'ink>c', ''],
      stopText: '\n\nUser',
    });
    expect(run(['X'], ['aX</thinkX', '</think', '>X'], after)).toEqual({
      texts: ['aX</thinkX', '</think', '>'],
      stopText: 'X',
    });
    expect(run(['X'], ['aX'], after)).toEqual({ texts: ['aX', ''], stopText: undefined });
    // Not made of the end of one and the beginning of the other.
    expect(run(['k>X'], ['</think>X'], after).stopText).toBeUndefined();
  });

  it('refuses an empty stop text', () => {
    expect(() => new StopMatcher(['a', ''])).toThrow(expect.objectContaining({ code: 'invalid-argument' }));
  });
});
