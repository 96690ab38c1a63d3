/** Thought and answer told apart, in one piece and in a stream cut anywhere. */
import { describe, expect, it } from 'vitest';
import { splitThinking, ThinkingSplitter, withoutThought, type ThinkMode } from './thinking.ts';

const CASES: [mode: ThinkMode, text: string, thought: string, answer: string][] = [
  ['off', ' Hi there. ', '', 'Hi there. '],
  ['off', ' <think>\nHm.\n</think>\n\nHi.', 'Hm.', 'Hi.'],
  ['off', ' a <think>b</think>', '', 'a <think>b</think>'],
  ['off', ' <thought', '', '<thought'],
  ['off', ' <thi', '', '<thi'],
  ['off', '', '', ''],
  ['fast', '>\n\nHi\n\nthere', '', 'Hi\n\nthere'],
  ['fast', '>Hi </think> there', '', 'Hi </think> there'],
  ['fast', '', '', ''],
  ['fast', '\n\nno bracket', '', 'no bracket'],
  ['fast', '>> quoted', '', '> quoted'],
  ['full', '>\nLet me see:\n\n1 < 2 </ok>.\n</think>\nYes, 1 < 2.', 'Let me see:\n\n1 < 2 </ok>.', 'Yes, 1 < 2.'],
  ['full', '> a </think </think> b', 'a </think', 'b'],
  ['full', '>a </think></think>b', 'a', '</think>b'],
  ['full', '>unfinished thought \n', 'unfinished thought', ''],
  ['full', '>cut in the tag </thi', 'cut in the tag </thi', ''],
  ['full', ' no bracket</think>Hi', 'no bracket', 'Hi'],
  ['full', '', '', ''],
  ['full', '></think>Hi', '', 'Hi'],
  ['full', '>  \n</think>  \n', '', ''],
];

describe('splitThinking', () => {
  it.each(CASES)('%s: %j', (mode, text, thought, answer) => {
    expect(splitThinking(text, mode)).toEqual({ thought, answer });
  });

  it.each(CASES)('gives the same for every pair of cuts: %s: %j', (mode, text) => {
    for (let first = 0; first <= text.length; first++)
      for (let second = first; second <= text.length; second++) {
        const splitter = new ThinkingSplitter(mode);
        const pieces = [text.slice(0, first), text.slice(first, second), text.slice(second)];
        const parts = [...pieces.map((piece) => splitter.push(piece)), splitter.flush()];
        expect({
          thought: parts.map((part) => part.thought).join(''),
          answer: parts.map((part) => part.answer).join(''),
        }).toEqual(splitThinking(text, mode));
      }
  });

  it('delivers a thought while it goes on', () => {
    const splitter = new ThinkingSplitter('full');
    expect(splitter.push('>Let')).toEqual({ thought: 'Let', answer: '' });
    expect(splitter.push(' me ')).toEqual({ thought: ' me', answer: '' });
    expect(splitter.push('see</think>')).toEqual({ thought: ' see', answer: '' });
    expect(splitter.push('A')).toEqual({ thought: '', answer: 'A' });
    expect(splitter.push(' b ')).toEqual({ thought: '', answer: ' b ' });
  });
});

it.each([
  ['Hi.\n\nBye. ', 'Hi.\n\nBye.'],
  [' <think>\nHm.\n</think>\n\nHi.', 'Hi.'],
  ['>\nHm.\n</think>Hi.', 'Hi.'],
  ['<think>never ended', ''],
])('withoutThought %j', (text, answer) => {
  expect(withoutThought(text)).toBe(answer);
});
