/** Python's string and bytes literals, as far as `repr` writes them: what stands for a token in a vocabulary file. */

/** An escape, or a run of characters that stand for themselves. */
const PART = /\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|(.?))|[^\\]+/gsu;

const SIMPLE_ESCAPES: ReadonlyMap<string, string> = new Map([
  ['n', '\n'],
  ['r', '\r'],
  ['t', '\t'],
  ['\\', '\\'],
  ["'", "'"],
  ['"', '"'],
]);

const encoder = new TextEncoder();

/**
 * The bytes of `'…'` or `"…"` (text, in UTF-8), `b'…'` or `b"…"` (raw bytes). The same `\xHH` is a code point in text and
 * a byte in bytes: `'\xa0'` is C2 A0, `b'\xa0'` is A0.
 * @throws SyntaxError for anything else
 */
export function parsePythonLiteral(literal: string): Uint8Array<ArrayBuffer> {
  const isBytes = literal.startsWith('b');
  const start = isBytes ? 1 : 0;
  const quote = literal[start];
  if ((quote !== "'" && quote !== '"') || literal.length < start + 2 || !literal.endsWith(quote))
    throw new SyntaxError('the token is not in quotes');
  const text = literal
    .slice(start + 1, -1)
    .replace(PART, (part: string, byte?: string, short?: string, long?: string, simple?: string) => {
      if (!part.startsWith('\\')) return checkPlain(part, quote, isBytes);
      const hex = byte ?? (isBytes ? undefined : (short ?? long));
      return hex === undefined ? simpleEscape(part, simple) : character(part, Number.parseInt(hex, 16));
    });
  // In a bytes literal every character is below 256 by now: a byte each.
  return isBytes ? Uint8Array.from(text, (byte) => byte.charCodeAt(0)) : encoder.encode(text);
}

function checkPlain(part: string, quote: string, isBytes: boolean): string {
  if (part.includes(quote)) throw new SyntaxError('a quote stands inside the token without a backslash');
  if (isBytes && /[^ -~]/u.test(part))
    throw new SyntaxError('a bytes token holds more than printable ASCII and escapes');
  return part;
}

function simpleEscape(escape: string, letter: string | undefined): string {
  const meaning = SIMPLE_ESCAPES.get(letter ?? '');
  if (meaning === undefined) throw new SyntaxError(`the escape ${escape} is unknown`);
  return meaning;
}

function character(escape: string, codePoint: number): string {
  const isSurrogate = codePoint >= 0xd800 && codePoint <= 0xdfff;
  if (isSurrogate || codePoint > 0x10ffff) throw new SyntaxError(`the escape ${escape} is no character`);
  return String.fromCodePoint(codePoint);
}
