/** Puts the bits of text of a page together to lines, by where they stand. In the order of the file: it reads columns. */

import { withoutRadicals } from './radicals.ts';

/** A bit of text as pdf.js tells it; other items of its lists have no `str`. */
export interface PageItem {
  readonly str: string;
  /** `ltr`, `rtl` or `ttb`. */
  readonly dir: string;
  /** Along the line, in points. */
  readonly width: number;
  /** Where it begins, and how it is turned and scaled: a, b, c, d, x, y. */
  readonly transform: readonly number[];
}

export interface PageLine {
  readonly text: string;
  /** Of the type, in points: that of most of its characters. */
  readonly size: number;
  /** Points down from the line before; negative upwards, as at the top of a column; 0 for the first line. */
  readonly step: number;
}

/** In sizes of the type: the least gap that is a space, though the file has none. */
const SPACE_GAP = 0.18;
/** The same between two characters of a script without spaces, which are set wide to fill a line. */
const WIDE_SPACE_GAP = 0.7;
const ENDS_WIDE = /[\p{sc=Han}\p{sc=Hira}\p{sc=Kana}\u3000-\u303f\uff00-\uffef]$/u;
const BEGINS_WIDE = /^[\p{sc=Han}\p{sc=Hira}\p{sc=Kana}\u3000-\u303f\uff00-\uffef]/u;
/** How far a bit may stand above or below and still be of the line: superscripts. */
const SAME_LINE = 0.45;
/** How far a bit may reach back over the last one: kerning, accents. */
const REACH_BACK = 0.5;
/** The dots between a title and its page number: dozens of tokens that say nothing. */
const LEADERS = /\s*(?:\.\s?){5,}/gu;
// eslint-disable-next-line no-control-regex -- fonts without names for their letters give such
const CONTROLS = /[\0-\x08\x0b-\x1f\x7f-\x9f]/gu;

/** A bit with its place along and across the direction in which it runs. */
interface PlacedItem {
  readonly text: string;
  readonly size: number;
  readonly start: number;
  readonly end: number;
  readonly across: number;
  /** The direction as a whole number of degrees. */
  readonly turn: number;
  readonly rightToLeft: boolean;
}

export function linesOf(items: readonly PageItem[]): PageLine[] {
  const lines: PlacedItem[][] = [];
  for (const item of items.map(place)) {
    if (item.text.trim() === '') {
      // A space of its own says that there is one, not where.
      const last = lines.at(-1)?.at(-1);
      if (last && item.text !== '' && continues(last, item)) lines.at(-1)?.push({ ...item, ...spanOf(last, item) });
      continue;
    }
    const open = lines.at(-1);
    const last = open?.at(-1);
    if (open && last && continues(last, item)) open.push(item);
    else lines.push([item]);
  }
  return lines.map((line, i) => ({ text: textOf(line), size: sizeOf(line), step: stepTo(line, lines[i - 1]) }));
}

function place({ str, dir, width, transform }: PageItem): PlacedItem {
  const [a = 1, b = 0, c = 0, d = 1, x = 0, y = 0] = transform;
  const length = Math.hypot(a, b) || 1;
  const [right, up] = [a / length, b / length];
  const start = x * right + y * up;
  return {
    text: withoutRadicals(str.replace(CONTROLS, '')),
    size: Math.hypot(c, d) || length,
    start,
    end: start + width,
    across: y * right - x * up,
    turn: Math.round((Math.atan2(up, right) * 180) / Math.PI),
    rightToLeft: dir === 'rtl',
  };
}

function continues(last: PlacedItem, next: PlacedItem): boolean {
  const size = Math.max(last.size, next.size);
  if (last.turn !== next.turn || Math.abs(last.across - next.across) > SAME_LINE * size) return false;
  return gapBetween(last, next) >= -REACH_BACK * size;
}

const gapBetween = (last: PlacedItem, next: PlacedItem): number =>
  next.rightToLeft ? last.start - next.end : next.start - last.end;

/** A space reaches as far as the text before it, at least: files give it any width. */
const spanOf = (
  last: PlacedItem,
  { start, end }: PlacedItem,
): Pick<PlacedItem, 'start' | 'end' | 'size' | 'across'> => ({
  start: last.rightToLeft ? Math.min(start, last.start) : last.start,
  end: last.rightToLeft ? last.end : Math.max(last.end, Math.min(end, last.end)),
  size: last.size,
  across: last.across,
});

function textOf(line: readonly PlacedItem[]): string {
  let text = '';
  for (const [i, item] of line.entries()) {
    const last = line[i - 1];
    if (last && isApart(last, item) && !/\s$/u.test(text) && !/^\s/u.test(item.text)) text += ' ';
    text += item.text;
  }
  return text.replace(LEADERS, ' … ').replace(/\s+/gu, ' ').trim();
}

function isApart(last: PlacedItem, next: PlacedItem): boolean {
  const isWide = ENDS_WIDE.test(last.text) && BEGINS_WIDE.test(next.text);
  return gapBetween(last, next) > (isWide ? WIDE_SPACE_GAP : SPACE_GAP) * Math.min(last.size, next.size);
}

function sizeOf(line: readonly PlacedItem[]): number {
  const longest = line.reduce((best, item) => (item.text.length > best.text.length ? item : best));
  return longest.size;
}

function stepTo(line: readonly PlacedItem[], before: readonly PlacedItem[] | undefined): number {
  const [first, last] = [line[0], before?.at(-1)];
  return first && last?.turn === first.turn ? last.across - first.across : 0;
}
