/**
 * Cuts a document into sections while it streams by: at headings, and at paragraph ends where a section grows long.
 * Fed one block at a time; its state is small plain JSON, so that a reading can stop and go on.
 */

/** Where a piece of a document lies. Lines count from 1; `endLine` is the last line with text. */
export interface TextRange {
  readonly startByte: number;
  /** One past the last byte. */
  readonly endByte: number;
  readonly startLine: number;
  readonly endLine: number;
}

export interface Section extends TextRange {
  /** Counts from 0. */
  readonly index: number;
  /** The heading, or `Section 3` where there is none; `…, part 2` for the further parts of a long section. */
  readonly title: string;
  readonly tokens: number;
}

/** A section that is still open. */
export interface OpenSection extends Section {
  /** The heading without its part number; '' where there is none. */
  readonly heading: string;
  /** Counts from 1. */
  readonly part: number;
}

/** One paragraph, or a part of a very long one, as the splitter sees it. */
export interface SplitterInput extends TextRange {
  readonly tokens: number;
  /** Set when the block is a heading. */
  readonly title: string | undefined;
}

/** A section without a heading ends at the paragraph that brings it to about this many tokens. */
export const UNTITLED_SECTION_TOKENS = 1200;
/** A section with a heading may be this long before it is cut, so that few chapters leave a short rest. */
export const TITLED_SECTION_TOKENS = 1500;
/** A heading below a section shorter than this joins it (`PART I` above `CHAPTER I`) instead of opening another. */
const SHORTEST_SECTION_TOKENS = 64;
const LONGEST_TITLE = 120;

/** Result of feeding one block: the sections that it ended (none or one), and the section that is now open. */
export interface SplitStep {
  readonly ended: Section | undefined;
  readonly open: OpenSection;
}

/** Puts one block into the open section or begins the next. Pure: the caller keeps `open`. */
export function splitStep(open: OpenSection | undefined, block: SplitterInput): SplitStep {
  if (open === undefined) return { ended: undefined, open: begin(0, block.title ?? '', 1, block) };
  if (block.title !== undefined) {
    if (open.tokens >= SHORTEST_SECTION_TOKENS)
      return { ended: closeSection(open), open: begin(open.index + 1, block.title, 1, block) };
    return { ended: undefined, open: grow(withTitle(open, joinTitles(open.heading, block.title)), block) };
  }
  const limit = open.heading === '' ? UNTITLED_SECTION_TOKENS : TITLED_SECTION_TOKENS;
  if (open.tokens >= SHORTEST_SECTION_TOKENS && open.tokens + block.tokens > limit)
    return { ended: closeSection(open), open: begin(open.index + 1, open.heading, open.part + 1, block) };
  return { ended: undefined, open: grow(open, block) };
}

/** The section as delivered, without the splitter's own fields. */
export function closeSection(open: OpenSection): Section {
  const { index, title, tokens, startByte, endByte, startLine, endLine } = open;
  return { index, title, tokens, startByte, endByte, startLine, endLine };
}

function begin(index: number, heading: string, part: number, block: SplitterInput): OpenSection {
  const { startByte, endByte, startLine, endLine, tokens } = block;
  const title = heading === '' ? `Section ${index + 1}` : part === 1 ? heading : `${heading}, part ${part}`;
  return { index, title, heading, part, startByte, endByte, startLine, endLine, tokens };
}

function grow(open: OpenSection, block: SplitterInput): OpenSection {
  return { ...open, endByte: block.endByte, endLine: block.endLine, tokens: open.tokens + block.tokens };
}

function withTitle(open: OpenSection, heading: string): OpenSection {
  return { ...open, heading, title: open.part === 1 ? heading : `${heading}, part ${open.part}` };
}

/** A table of contents would chain dozens of headings: past the limit only the newest stays. */
function joinTitles(first: string, second: string): string {
  const joined = first === '' ? second : `${first} · ${second}`;
  return joined.length <= LONGEST_TITLE ? joined : second;
}
