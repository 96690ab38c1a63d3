/** The bookkeeping of held-back tokens, against a state that is simply the list of tokens it has read. */
import { describe, expect, it } from 'vitest';
import { HeldTokens } from './heldTokens.ts';

interface Copy {
  readonly read: readonly string[];
  disposed: boolean;
  dispose(): void;
}

/** Pushes pieces of text as tokens (the id is the index) and says after each how much was delivered so far. */
function play(pieces: readonly { text: string; clean?: boolean; delivered: number }[], readLast: boolean) {
  const held = new HeldTokens<Copy>();
  const copies: Copy[] = [];
  let delivered = 0;
  const read: string[] = [];
  for (const [i, piece] of pieces.entries()) {
    held.add(i, piece.text, piece.clean ?? true);
    held.deliver(piece.delivered - delivered);
    delivered = piece.delivered;
    if (i === pieces.length - 1 && !readLast) break;
    if (held.wantsCopy) {
      const copy: Copy = { read: [...read], disposed: false, dispose: () => void (copy.disposed = true) };
      copies.push(copy);
      held.keepCopy(copy);
    }
    read.push(piece.text);
    held.markRead();
  }
  const { from, tokens, text } = held.restart();
  expect(from?.disposed ?? false).toBe(false);
  const state = [...(from?.read ?? read), ...tokens.map((token) => pieces[token]?.text), text].join('');
  const mostAlive = copies.filter((copy) => !copy.disposed).length;
  held.dispose();
  expect(copies.every((copy) => copy.disposed)).toBe(true);
  return { state, copies: copies.length, mostAlive, again: tokens.length };
}

describe('HeldTokens', () => {
  it('keeps no copy while everything is delivered', () => {
    const pieces = [
      { text: 'ab', delivered: 2 },
      { text: 'c', delivered: 3 },
    ];
    expect(play(pieces, true)).toEqual({ state: 'abc', copies: 0, mostAlive: 0, again: 0 });
    expect(play(pieces, false)).toMatchObject({ state: 'abc', copies: 0, again: 1 });
  });

  it('needs no copy for a stop text within the last token', () => {
    expect(
      play(
        [
          { text: 'ab', delivered: 2 },
          { text: 'c\n\nUser', delivered: 3 },
        ],
        false,
      ),
    ).toMatchObject({ state: 'abc', copies: 0 });
  });

  it('goes back before tokens that turned out to be a stop text', () => {
    const pieces = [
      { text: 'a', delivered: 1 },
      { text: '\n', delivered: 1 },
      { text: '\nUs', delivered: 1 },
      { text: 'er', delivered: 1 },
    ];
    expect(play(pieces, false)).toMatchObject({ state: 'a', copies: 2, again: 0 });
  });

  it('reads the delivered part of a token again', () => {
    const pieces = [
      { text: 'a.\n', delivered: 2 },
      { text: '\n', delivered: 2 },
    ];
    expect(play(pieces, false).state).toBe('a.');
    expect(play(pieces, true).state).toBe('a.');
  });

  it('does not stand on the middle of a character', () => {
    // The first token ends inside a character that the second completes; the rest of the second is held back.
    const pieces = [
      { text: 'x', clean: false, delivered: 1 },
      { text: 'é\n', delivered: 2 },
      { text: '\n', delivered: 2 },
    ];
    expect(play(pieces, false)).toMatchObject({ state: 'xé', copies: 1, again: 0 });
  });

  it('keeps few copies and reads few tokens again, however long something is held back', () => {
    const pieces = Array.from({ length: 500 }, (_, i) => ({ text: '\n', delivered: Math.max(0, i - 1) }));
    const { state, mostAlive, again } = play(pieces, true);
    expect(state).toBe('\n'.repeat(498));
    expect(mostAlive).toBeLessThanOrEqual(2);
    expect(again).toBeLessThan(5);
  });
});
