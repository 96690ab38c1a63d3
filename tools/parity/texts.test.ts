import { describe, expect, it } from 'vitest';
import { documentsOf, promptsFrom, textOf } from './texts.ts';

const heldOut = `=== One | somewhere | public domain ===\n\n${'first words '.repeat(60)}\n=== Two | elsewhere | CC0 ===\n\n${'second text '.repeat(30)}\n`;

describe('held-out texts', () => {
  it('are the documents without their headings', () => {
    expect(documentsOf(heldOut)).toHaveLength(2);
    expect(textOf(heldOut)).not.toContain('===');
    expect(textOf(heldOut)).toMatch(/^first words .*first words\n\nsecond text /);
  });

  it('give prompts of whole words, one of each document before a second of any', () => {
    const prompts = promptsFrom(heldOut, 3);
    expect(prompts.map((prompt) => prompt.slice(0, 5))).toEqual(['first', 'secon', 'first']);
    for (const prompt of prompts) expect(prompt).toMatch(/^(\w+ )+\w+$/);
    expect(prompts.every((prompt) => prompt.length > 200 && prompt.length < 240)).toBe(true);
  });

  it('refuse to give more prompts than there is text', () =>
    expect(() => promptsFrom(heldOut, 99)).toThrow(expect.objectContaining({ code: 'invalid-argument' }) as Error));
});
