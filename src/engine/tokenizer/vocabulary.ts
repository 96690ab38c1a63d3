/**
 * Reads a vocabulary file: one token a line, `id literal byteLength`, the literal as Python prints it. The World
 * vocabulary comes in this form, and so do our smaller ones.
 */
import { EngineError } from '../api/errors.ts';
import { parsePythonLiteral } from './pythonLiteral.ts';

/** Ids of the World vocabulary end at 65,529; models have 2^16 rows for it. */
export const HIGHEST_ID = 65535;

/**
 * Parses the text of a vocabulary file, in the form of `rwkv_vocab_v20230424.txt` (BlinkDL/ChatRWKV): UTF-8, ids
 * ascending from 1 on, gaps allowed; lines end in `\n` or `\r\n`. Id 0, the end of text, has no line.
 * @param name For messages, e.g. the file's name.
 * @returns The bytes of each token by id, in ascending order.
 * @throws EngineError `vocabulary-unreadable`, naming the line
 */
export function parseVocabulary(file: Uint8Array, name: string): ReadonlyMap<number, Uint8Array> {
  const vocabulary = new Map<number, Uint8Array>();
  let previousId = 0;
  for (const [index, line] of linesOf(file, name).entries()) {
    const fail = (problem: string, cause?: unknown): EngineError =>
      unreadable(name, `line ${index + 1}: ${problem}`, cause);
    const { id, literal, byteLength } = splitLine(line, fail);
    if (id <= previousId || id > HIGHEST_ID) throw fail(`id ${id} is not within ${previousId + 1} … ${HIGHEST_ID}`);
    const bytes = parseLiteral(literal, fail);
    if (bytes.length === 0) throw fail('the token is empty');
    if (bytes.length !== byteLength) throw fail(`the token has ${bytes.length} bytes, the line says ${byteLength}`);
    vocabulary.set(id, bytes);
    previousId = id;
  }
  return vocabulary;
}

type Fail = (problem: string, cause?: unknown) => EngineError;

function linesOf(file: Uint8Array, name: string): string[] {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(file);
  } catch (cause) {
    throw unreadable(name, 'it is not UTF-8 text', cause);
  }
  // Only \n ends a line: literals hold other characters that Unicode counts as line ends.
  const lines = text.split('\n');
  if (lines.at(-1) === '') lines.pop();
  if (lines.length === 0) throw unreadable(name, 'it is empty');
  return lines;
}

/** Splits at the first and the last space: the literal may hold spaces itself. */
function splitLine(line: string, fail: Fail): { id: number; literal: string; byteLength: number } {
  const match = /^([1-9][0-9]{0,6}) (.+) ([1-9][0-9]{0,6})\r?$/su.exec(line);
  const [, id, literal, byteLength] = match ?? [];
  if (id === undefined || literal === undefined || byteLength === undefined)
    throw fail('expected an id, a quoted token and its length in bytes');
  return { id: Number(id), literal, byteLength: Number(byteLength) };
}

function parseLiteral(literal: string, fail: Fail): Uint8Array<ArrayBuffer> {
  try {
    return parsePythonLiteral(literal);
  } catch (cause) {
    throw fail(cause instanceof SyntaxError ? cause.message : 'unreadable token', cause);
  }
}

const unreadable = (name: string, problem: string, cause?: unknown): EngineError =>
  new EngineError('vocabulary-unreadable', `The vocabulary ${name} cannot be read: ${problem}.`, {
    cause,
    nextStep: 'Restore the vocabulary file from the app or from the place that published it.',
  });
