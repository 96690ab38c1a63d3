/** The visible text of a tree of HTML: which elements are read, and where they begin lines and paragraphs. */
import type { DefaultTreeAdapterTypes } from 'parse5';
import { collapseSpaces, HtmlTextWriter, type HtmlPart } from './htmlTextWriter.ts';

type Node = DefaultTreeAdapterTypes.Node;
type Element = DefaultTreeAdapterTypes.Element;

const names = (list: string): ReadonlySet<string> => new Set(list.split(' '));
/** Not for reading: programs, controls, ways to other pages. */
const DROPPED = names(
  'audio button canvas datalist dialog embed head iframe input map math nav noscript object picture progress rp rt script ' +
    'select style svg template textarea video',
);
/** Stand on lines of their own. */
const LINES = names('address caption dd dt figcaption legend li option summary tr');
/** Stand apart from what is before and after. */
const PARAGRAPHS = names(
  'article aside blockquote body center details div dl fieldset figure footer form header hr main ol p pre section table ul',
);
const HEADING = /^h([1-6])$/u;
const INDENT = '  ';
/** No page for people nests so deep; programs that recurse without end would. */
const DEEPEST = 500;

interface Place {
  /** Elements around. */
  readonly depth: number;
  /** Lists around, and the innermost: the number of its next item, or undefined where items have none. */
  readonly lists: number;
  readonly numbering: { next: number } | undefined;
  readonly preformatted: boolean;
}
const OUTERMOST: Place = { depth: 0, lists: 0, numbering: undefined, preformatted: false };

/** All that is to be read of a document, cut before each heading. */
export function htmlParts(document: Node): HtmlPart[] {
  const writer = new HtmlTextWriter();
  walk(document, writer, OUTERMOST);
  return writer.finish();
}

/** The `<title>`, in one line. */
export function titleOf(document: Node): string | undefined {
  const child = (node: Node | undefined, name: string): Node | undefined =>
    node && childrenOf(node).find(({ nodeName }) => nodeName === name);
  const title = child(child(child(document, 'html'), 'head'), 'title');
  const text =
    title &&
    childrenOf(title)
      .map((node) => (isText(node) ? node.value : ''))
      .join('');
  return text === undefined ? undefined : collapseSpaces(text).trim() || undefined;
}

function walk(node: Node, writer: HtmlTextWriter, outer: Place): void {
  const place = { ...outer, depth: outer.depth + 1 };
  if (place.depth > DEEPEST) return;
  if (isText(node)) {
    if (place.preformatted) writer.exact(node.value);
    else writer.inline(node.value);
  } else if (!isElement(node)) walkChildren(node, writer, place);
  else if (!DROPPED.has(node.tagName) && !isHidden(node)) walkElement(node, writer, place);
}

function walkElement(node: Element, writer: HtmlTextWriter, place: Place): void {
  const level = HEADING.exec(node.tagName)?.[1];
  if (level !== undefined) return writer.heading(visibleText(node, place), Number(level));
  switch (node.tagName) {
    case 'br':
      return writer.lineBreak(place.preformatted);
    case 'pre':
      return writePreformatted(node, writer, place);
    case 'ol':
    case 'ul':
      return writeList(node, writer, place);
    case 'td':
    case 'th':
      writer.cell();
      return walkChildren(node, writer, place);
  }
  const apart = PARAGRAPHS.has(node.tagName);
  if (!apart && !LINES.has(node.tagName)) return walkChildren(node, writer, place);
  // Items of a list stay together, whatever is in them.
  const boundary = apart && place.lists === 0 ? 'paragraph' : 'line';
  writer.boundary(boundary);
  if (node.tagName === 'li') writer.mark(bulletIn(place));
  walkChildren(node, writer, place);
  writer.boundary(boundary);
}

function walkChildren(node: Node, writer: HtmlTextWriter, place: Place): void {
  for (const child of childrenOf(node)) walk(child, writer, place);
}

function writeList(node: Element, writer: HtmlTextWriter, place: Place): void {
  const boundary = place.lists === 0 ? 'paragraph' : 'line';
  const numbering = node.tagName === 'ol' ? { next: Number(attribute(node, 'start') ?? 1) || 1 } : undefined;
  writer.boundary(boundary);
  walkChildren(node, writer, { ...place, numbering, lists: place.lists + 1 });
  writer.boundary(boundary);
}

function bulletIn({ lists, numbering }: Place): string {
  const bullet = numbering ? `${numbering.next++}.` : '-';
  return `${INDENT.repeat(Math.max(0, lists - 1))}${bullet} `;
}

/** In a fence, where `#` makes no heading. */
function writePreformatted(node: Element, writer: HtmlTextWriter, place: Place): void {
  writer.boundary('paragraph');
  writer.exact('```\n');
  walkChildren(node, writer, { ...place, preformatted: true });
  writer.endExact('```');
  writer.boundary('paragraph');
}

function isHidden(node: Element): boolean {
  const style = attribute(node, 'style') ?? '';
  return (
    attribute(node, 'hidden') !== undefined ||
    attribute(node, 'aria-hidden') === 'true' ||
    attribute(node, 'role') === 'navigation' ||
    /(?:^|;)\s*(?:display\s*:\s*none|visibility\s*:\s*hidden)/iu.test(style)
  );
}

/** What is to be read of an element, in one line. */
function visibleText(node: Element, { depth }: Place): string {
  const writer = new HtmlTextWriter();
  walkChildren(node, writer, { ...OUTERMOST, depth });
  const text = writer.finish().map((part) => part.text);
  return collapseSpaces(text.join(' ')).trim();
}

const attribute = (node: Element, name: string): string | undefined =>
  node.attrs.find((candidate) => candidate.name === name)?.value;
const isText = (node: Node): node is DefaultTreeAdapterTypes.TextNode => node.nodeName === '#text';
const isElement = (node: Node): node is Element => 'tagName' in node;
const childrenOf = (node: Node): Node[] => ('childNodes' in node ? node.childNodes : []);
