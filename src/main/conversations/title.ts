/** A title for a conversation, made from its first words. */

const LONGEST = 48;

/** The first sentence of `text`, cut at a word; '' where there are no words. */
export function titleFrom(text: string): string {
  const plain = text
    .replace(/```[\s\S]*?(?:```|$)/gu, ' ')
    .replace(/^[#>\s*-]+|[*_`]+/gmu, '')
    .replace(/\s+/gu, ' ')
    .trim();
  const sentence = /^.*?(?:[.!?](?=\s)|[。！？]|$)/u.exec(plain)?.[0] ?? plain;
  const bare = sentence.replace(/[.。]$/u, '').trim();
  const characters = Array.from(bare);
  if (characters.length <= LONGEST) return bare;
  const cut = characters.slice(0, LONGEST).join('');
  const space = cut.lastIndexOf(' ');
  // Scripts without spaces are cut anywhere.
  return `${space > LONGEST / 2 ? cut.slice(0, space) : cut}…`;
}
