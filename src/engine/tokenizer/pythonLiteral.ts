/** Python's string and bytes literals, as far as `repr` writes them: what stands for a token in a vocabulary file. */

/** The escapes of one character. */
const SIMPLE_ESCAPES: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', '\\': '\\', "'": "'", '"': '"' };

/**
 * The bytes of `'…'`, `"…"` (text, in UTF-8) or `b'…'`, `b"…"` (raw bytes). The same `\xHH` is a code point in text and
 * a byte in bytes: `'\xa0'` is C2 A0, `b'\xa0'` is A0.
 * @throws SyntaxError for anything else
 */
export function parsePythonLiteral(literal: string): Uint8Array<ArrayBuffer> {
  const raw = literal.startsWith('b');
  const quote = literal[raw ? 1 : 0];
  if ((quote !== "'" && quote !== '"') || literal.length < (raw ? 3 : 2) || !literal.endsWith(quote))
    throw new SyntaxError('the token is not in quotes');
  const text = unescape(literal.slice(raw ? 2 : 1, -1), quote, raw);
  return raw ? latin1(text) : new TextEncoder().encode(text);
}

function unescape(body: string, quote: string, raw: boolean): string {
  const withoutEscapes = body.replace(/\\(?:x([0-9a-f]{2})|u([0-9a-f]{4})|U([0-9a-f]{8})|(.?))/gisu, '');
  if (withoutEscapes.includes(quote)) throw new SyntaxError('a quote stands inside the token without a backslash');
  if (raw && /[^ -~]/u.test(withoutEscapes)) throw new SyntaxError('a character beyond ASCII stands in a bytes token');
  if (!body.includes('\\')) return body;
  return body.replace(
    /\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|(.?))/gsu,
    (escape, byte?: string, short?: string, long?: string, simple?: string) => {
      const hex = byte ?? (raw ? undefined : (short ?? long));
      const character = hex === undefined ? SIMPLE_ESCAPES[simple ?? ''] : character_(Number.parseInt(hex, 16));
      if (character === undefined) throw new SyntaxError(`the escape ${escape} is unknown`);
      return character;
    },
  );
}
