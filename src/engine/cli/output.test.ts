import { describe, expect, it } from 'vitest';
import { EngineError } from '../api/errors.ts';
import { formatBytes, formatSeconds, plural } from './format.ts';
import { Output } from './output.ts';

function outputTo(terminal: boolean, json = false): { output: Output; results: () => string; remarks: () => string } {
  const [results, remarks]: [string[], string[]] = [[], []];
  const streams = {
    writeResult: (text: string): void => void results.push(text),
    writeRemark: (text: string): void => void remarks.push(text),
    remarksAreTerminal: terminal,
    columns: 60,
  };
  return { output: new Output(streams, json), results: () => results.join(''), remarks: () => remarks.join('') };
}

describe('Output', () => {
  it('draws a bar on a terminal and takes it away before anything else is printed', () => {
    const { output, results, remarks } = outputTo(true);
    output.progress(0.5, 'half');
    expect(remarks()).toMatch(/^\r\[█{12}·{12}\] {2}50 % half/u);
    output.line('done');
    expect(remarks().endsWith('\r\u001b[K')).toBe(true);
    expect(results()).toBe('done\n');
  });

  it('never draws beyond the terminal, and no bar without one', () => {
    const wide = outputTo(true);
    wide.output.progress(1, 'x'.repeat(200));
    expect(wide.remarks().replace('\r', '').replace('\u001b[K', '')).toHaveLength(59);
    const plain = outputTo(false);
    plain.output.progress(0.1, 'begun');
    expect(plain.remarks()).toBe('');
  });

  it('ends the line of an answer before the next line', () => {
    const { output, results } = outputTo(false);
    output.piece({}, 'An ');
    output.piece({}, 'answer.');
    output.line('Next');
    output.endLine();
    expect(results()).toBe('An answer.\nNext\n');
  });

  it('prints nothing but JSON lines when asked to', () => {
    const { output, results } = outputTo(true, true);
    output.line('for people');
    output.progress(0.5, 'half');
    output.piece({ text: 'a\nb' }, 'a\nb');
    output.error(new EngineError('storage-failed', 'The disk is full.'));
    const lines = results().trim().split('\n');
    expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual([
      { text: 'a\nb' },
      { error: { code: 'storage-failed', message: 'The disk is full.' } },
    ]);
  });
});

describe('numbers for people', () => {
  it('are short', () => {
    expect([0, 999, 1234, 12_345_678].map(formatBytes)).toEqual(['0 bytes', '999 bytes', '1.2 kB', '12 MB']);
    expect([12.4, 200, 7500].map(formatSeconds)).toEqual(['12 s', '3 min 20 s', '2 h 5 min']);
    expect([plural(1, 'token'), plural(12_345, 'token')]).toEqual(['1 token', '12,345 tokens']);
  });
});
