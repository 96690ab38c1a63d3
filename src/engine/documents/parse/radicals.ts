/**
 * Radicals for the ideographs that they look like. Fonts draw both with one glyph, and programs that print PDFs tell such a
 * glyph by the radical's code, often Chromium: nothing would find the word then, and a model would not know it.
 */

/** Those that Unicode calls compatible: NFKC knows them. */
const COMPATIBLE = /[\u2f00-\u2fd5]/gu;
/** Those of which it only says that they look alike, as far as they are words. Source: EquivalentUnifiedIdeograph.txt */
const ALIKE = new Map(
  zip(
    '⺁⺄⺈⺊⺌⺍⺎⺒⺓⺜⺝⺟⺠⺧⺩⺪⺫⺬⺮⺶⺻⺼⺽⻁⻄⻅⻆⻇⻉⻊⻋⻑⻓⻔⻗⻘⻙⻚⻛⻜⻝⻞⻡⻢⻣⻤⻥⻦⻧⻨⻩⻪⻬⻮⻰⻳',
    '厂乙刀卜小小兀巳幺日月母民牛王疋目示竹羊聿肉臼虎西见角角贝足车長长门雨青韦页风飞食食首马骨鬼鱼鸟卤麦黄黾齐齿龙龟',
  ),
);
const SUPPLEMENT = /[\u2e80-\u2ef3]/gu;

export const withoutRadicals = (text: string): string =>
  text
    .replace(COMPATIBLE, (radical) => radical.normalize('NFKC'))
    .replace(SUPPLEMENT, (radical) => ALIKE.get(radical) ?? radical);

function zip(radicals: string, ideographs: string): [string, string][] {
  return Array.from(radicals, (radical, i) => [radical, ideographs[i] ?? radical]);
}
