/** The RWKV World vocabulary as GGUF files carry it: token texts escaped like Python's bytes literals. */

/** ggml's token types that stand for no text: control tokens such as `<s>`, and padding of the table. */
const CONTROL = 3;
const UNUSED = 5;

const BACKSLASH = 0x5c;
const ESCAPES: ReadonlyMap<number, number> = new Map([
  [0x74 /* t */, 0x09],
  [0x6e /* n */, 0x0a],
  [0x72 /* r */, 0x0d],
]);

function hexDigit(byte: number | undefined): number {
  const value = byte === undefined ? NaN : parseInt(String.fromCharCode(byte), 16);
  return Number.isNaN(value) ? -1 : value;
}

/** `\t \n \r \xHH` → their bytes; a backslash before anything else stands for that byte. */
export function unescapeToken(text: Uint8Array): Uint8Array<ArrayBuffer> {
  const out = new Uint8Array(text.length);
  let length = 0;
  for (let i = 0; i < text.length; i++) {
    let byte = text[i] ?? 0;
    if (byte === BACKSLASH && i + 1 < text.length) {
      byte = text[++i] ?? 0;
      const [high, low] = [hexDigit(text[i + 1]), hexDigit(text[i + 2])];
      if (byte === 0x78 /* x */ && high >= 0 && low >= 0) {
        byte = high * 16 + low;
        i += 2;
      } else byte = ESCAPES.get(byte) ?? byte;
    }
    out[length++] = byte;
  }
  return out.slice(0, length);
}

/**
 * The tokens that stand for text, by id. Id 0 never does: it ends a document, whatever type a file gives it.
 * @param texts Token bytes by id, unescaped.
 * @param types ggml's token types by id; without them every token is taken as text.
 */
export function makeVocabulary(
  texts: readonly Uint8Array[],
  types: Int32Array | undefined,
): ReadonlyMap<number, Uint8Array> {
  const vocabulary = new Map<number, Uint8Array>();
  texts.forEach((text, id) => {
    const type = types?.[id];
    if (id !== 0 && text.length > 0 && type !== CONTROL && type !== UNUSED) vocabulary.set(id, text);
  });
  return vocabulary;
}
