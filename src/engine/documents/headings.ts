/**
 * Recognises headings in plain text and Markdown, from one paragraph's cleaned text. Careful rather than complete: a
 * heading missed costs a longer section, a sentence mistaken for a heading cuts one in two.
 */

/** A longer line is a sentence, whatever it begins with. */
const LONGEST_HEADING = 80;

const NUMBER_WORDS =
  'one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|' +
  'eighteen|nineteen|twenty|first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|last';

/** `Chapter 4`, `CHAPTER IV. The Storm`, `Part Two: Rain`, `Appendix B`. */
const NAMED_DIVISION = new RegExp(
  `^(?:the\\s+)?(?:chapter|part|book|volume|section|act|scene|canto|letter|stave|appendix|article|lecture|lesson)\\s+` +
    `(?:the\\s+)?(?:[0-9]{1,4}(?:\\.[0-9]{1,3})*|[ivxlcdm]{1,8}|[a-z]|${NUMBER_WORDS})(?=$|[\\s.:,;)—–-])(.*)$`,
  'iu',
);

/** Parts of a book that stand under their own name. */
const LONE_NAME =
  /^(?:preface|foreword|prologue|epilogue|introduction|conclusions?|afterword|abstract|summary|contents|table of contents|appendix|acknowledge?ments?|bibliography|references|glossary|index|notes)[.:]?$/iu;

/** `1. Introduction`, `2.3 Method`, `IV. The House`: number, then a capital or a letter of a script without capitals. */
const NUMBERED = /^(?:[0-9]{1,3}(?:\.[0-9]{1,3}){0,4}\.?|[IVXLC]{1,7}\.)\s+[\p{Lu}\p{Lo}]/u;

/** `第四章 …`, the Chinese and Japanese form of "Chapter 4". */
const HAN_DIVISION = /^第[0-9０-９一二三四五六七八九十百千零〇]{1,8}[章回节節部卷篇編]/u;

const SENTENCE_END = /[.!?;,。！？；，]$/u;

/** The title of a Markdown `#` line; undefined for any other line. */
export function atxTitle(line: string): string | undefined {
  const match = /^ {0,3}#{1,6}(?:[ \t]+(.*?))?(?:[ \t]+#+)?[ \t]*$/u.exec(line);
  const title = match?.[1]?.trim();
  return title === undefined || title === '' ? undefined : tidy(title);
}

/**
 * The title that a whole paragraph (a block between blank lines) is, or undefined when it is text. A heading may take
 * a second line: the title below `CHAPTER IV`, or the rule of a Markdown underlined heading.
 */
export function paragraphTitle(paragraph: string): string | undefined {
  const lines = paragraph.trim().split('\n');
  const [first, second] = [lines[0]?.trim() ?? '', lines[1]?.trim()];
  if (lines.length > 2 || first === '' || first.length > LONGEST_HEADING) return undefined;
  if (second === undefined) return atxTitle(first) ?? (isLineHeading(first) ? tidy(first) : undefined);
  if (/^(?:={2,}|-{3,})$/u.test(second)) return tidy(first);
  if (second.length > LONGEST_HEADING || SENTENCE_END.test(second) || !isBareDivision(first)) return undefined;
  return tidy(`${first} ${second}`);
}

function isLineHeading(line: string): boolean {
  if (LONE_NAME.test(line)) return true;
  if (HAN_DIVISION.test(line)) return !SENTENCE_END.test(line);
  const division = NAMED_DIVISION.exec(line);
  if (division) return isTitleTail(division[1] ?? '');
  return NUMBERED.test(line) && !SENTENCE_END.test(line);
}

/** `CHAPTER IV` alone, without a title on the same line. */
function isBareDivision(line: string): boolean {
  const division = NAMED_DIVISION.exec(line);
  return division !== null && /^[.:]?$/u.test(division[1] ?? '');
}

/** What follows `Chapter 4`: nothing, or a title. `Chapter 4 describes the storm.` is a sentence. */
function isTitleTail(tail: string): boolean {
  if (/^[.:)]?$/u.test(tail)) return true;
  if (SENTENCE_END.test(tail)) return false;
  return /^(?:[.:,;)—–-]|\s+[—–-])\s*\S/u.test(tail) || /^\s+["'“‘]?[\p{Lu}\p{Lo}0-9]/u.test(tail);
}

/** One line without Markdown's marks or surplus spaces, for showing. */
function tidy(title: string): string {
  return title
    .replace(/[*_`]+/gu, '')
    .replace(/\s+/gu, ' ')
    .trim();
}
