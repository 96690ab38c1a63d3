/** An answer that follows from its question alone and fills several pages of a database. */
export const longAnswer = (question: string): string[] =>
  Array.from({ length: 40 }, (_, line) => `${question}, line ${line}: 鲸鱼 sing of it. `.repeat(8));
