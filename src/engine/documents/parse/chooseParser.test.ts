import { describe, expect, it } from 'vitest';
import { engineError } from '../../../../test/support/engineErrors.ts';
import { chooseParser } from './chooseParser.ts';
import { htmlParser } from './htmlParser.ts';
import { markdownParser } from './markdownParser.ts';
import type { DocumentParser } from './parser.ts';
import { codeParser, textParser } from './textParser.ts';

const pdf: DocumentParser = { ...textParser, id: 'pdf', extensions: ['.pdf'] };
const choose = (content: string, name: string): string => {
  const bytes = Uint8Array.from(content, (character) => character.charCodeAt(0));
  return chooseParser(bytes, name, [pdf, htmlParser, markdownParser, codeParser, textParser]).id;
};

describe('choosing a parser', () => {
  it.each([
    ['plain', 'a.txt', 'text'],
    ['plain', 'README', 'text'],
    ['plain', 'a.unknown', 'text'],
    ['# head', 'A.MD', 'markdown'],
    ['x = 1', 'a.py', 'code'],
    ['<p>', 'a.htm', 'html'],
    ['\xef\xbb\xbf <!-- c -->\n<!DOCTYPE html><p>', 'page', 'html'],
    ['<html lang="en">', 'page.unknown', 'html'],
    ['<html lang="en">', 'page.txt', 'text'],
    ['%PDF-1.7\n\0\0', 'a.txt', 'pdf'],
    ['%PDF-1.7\n', 'a', 'pdf'],
    ['rubbish\n%PDF-1.7\n', 'a.pdf', 'pdf'],
    ['about %PDF-1.7\n', 'a.md', 'markdown'],
  ])('takes %j named %s as %s', (content, name, id) => {
    expect(choose(content, name)).toBe(id);
  });

  it.each([
    ['', 'a.txt', /a\.txt is empty/u],
    ['PK\x03\x04\x14\0', 'a.txt', /ZIP/u],
    ['\x89PNG\r\n\x1a\n\0\0', 'a.txt', /picture/u],
    ['{\\rtf1 text}', 'a.rtf', /Rich Text/u],
    ['\0\x01\x02\x03\x04', 'a.md', /other than text/u],
    ['plain', 'a.pdf', /is no PDF/u],
  ])('refuses %j named %s', (content, name, message) => {
    expect(() => choose(content, name)).toThrow(engineError('document-unreadable', message));
    try {
      choose(content, name);
    } catch (error) {
      expect(error).toHaveProperty('nextStep', expect.stringMatching(/\.$/u));
    }
  });
});
