/** The prompts, letter by letter. */
import { describe, expect, it } from 'vitest';
import { documentPrefix, memoryQuestion, rereadPrompt, summaryPrompt } from './documentPrompts.ts';
import { ANSWER_STOPS, cleanTurnText, renderNextTurn, renderPrompt, renderTurn, type Message } from './template.ts';

describe('cleanTurnText', () => {
  it.each([
    ['  a  ', 'a'],
    ['a\r\n\r\nb', 'a\nb'],
    ['a\n\n\n\nb\n', 'a\nb'],
    ['a\n \t\n\u3000\nb', 'a\nb'],
    ['a\n\n  indented', 'a\n  indented'],
    ['a\rb', 'a\nb'],
    ['\n\n', ''],
  ])('%j', (text, cleaned) => {
    expect(cleanTurnText(text)).toBe(cleaned);
  });

  it('takes time in proportion to the text', () => {
    expect(cleanTurnText(`a${'\n \t'.repeat(200_000)}b`)).toBe('a\n \tb');
  });
});

describe('renderPrompt', () => {
  const conversation: Message[] = [
    { role: 'system', text: 'Be brief.\n\nBe kind.' },
    { role: 'user', text: ' What is\n\n2+2? ' },
    { role: 'assistant', text: ' <think>\nEasy.\n</think>\nIt is\n\n4.' },
    { role: 'user', text: 'Thanks' },
  ];

  it('renders a conversation, thoughts dropped', () => {
    expect(renderPrompt(conversation)).toBe(
      'System: Be brief.\nBe kind.\n\nUser: What is\n2+2?\n\nAssistant: It is\n\n4.\n\nUser: Thanks\n\nAssistant:',
    );
  });

  it.each([
    ['off', 'Assistant:'],
    ['fast', 'Assistant: <think>\n</think'],
    ['full', 'Assistant: <think'],
  ] as const)('ends with the tail of mode %s', (think, tail) => {
    expect(renderPrompt([{ role: 'user', text: 'hi' }], { think })).toBe(`User: hi\n\n${tail}`);
    expect(renderNextTurn('hi', { think })).toBe(`\n\nUser: hi\n\n${tail}`);
  });

  it('continues a session as the whole prompt would', () => {
    const [question, answer, next] = [conversation[1], conversation[2], conversation[3]] as [Message, Message, Message];
    const read = `${renderPrompt([question])} It is\n\n4.`;
    expect(read + renderNextTurn(next.text)).toBe(renderPrompt([question, answer, next]));
  });

  it('leaves the role alone for an empty answer', () => {
    expect(renderTurn({ role: 'assistant', text: '<think>never ended' })).toBe('Assistant:\n\n');
  });

  it('refuses to answer when it is not asked', () => {
    expect(() => renderPrompt([])).toThrow(expect.objectContaining({ code: 'invalid-argument' }));
    expect(() => renderPrompt(conversation.slice(0, 3))).toThrow(expect.objectContaining({ code: 'invalid-argument' }));
  });

  it('stops where the next turn begins', () => {
    expect(ANSWER_STOPS.some((stop) => renderNextTurn('hi').startsWith(stop))).toBe(true);
    const system = `\n\n${renderTurn({ role: 'system', text: 'x' })}`;
    expect(ANSWER_STOPS.some((stop) => system.startsWith(stop))).toBe(true);
  });
});

describe('the prompts for documents', () => {
  it('opens a reading, with or without a focus', () => {
    expect(documentPrefix()).toBe('User: ');
    expect(documentPrefix(' \n')).toBe('User: ');
    expect(documentPrefix('Who is\n\nthe thief? ')).toBe('User: Who is\nthe thief?\n');
  });

  it('asks from memory', () => {
    expect(memoryQuestion(' Who?\n')).toBe('\nWho?\n\nAssistant:');
  });

  it('reads again between the question and its repetition', () => {
    expect(rereadPrompt('Who?', ['One.\n\nTwo.\n', 'Five.'])).toBe('User: Who?\nOne.\nTwo.\nFive.\nWho?\n\nAssistant:');
  });

  it('summarises a section', () => {
    expect(summaryPrompt('One.\n\nTwo.')).toBe(
      'User: One.\nTwo.\nSummarize the text above in one or two sentences.\n\nAssistant:',
    );
  });
});
