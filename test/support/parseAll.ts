/** Runs a parser over bytes in memory. */
import type { DocumentParser, ParsedPart } from '../../src/engine/documents/parse/parser.ts';
import { memorySource } from '../../src/engine/formats/byteSource.ts';

export interface Parsed {
  readonly parts: readonly ParsedPart[];
  readonly text: string;
  /** Those of all parts. */
  readonly warnings: readonly object[];
  readonly title: string | undefined;
  /** `level title` of each. */
  readonly headings: readonly string[];
}

export async function parseAll(
  parser: DocumentParser,
  content: string | Uint8Array<ArrayBuffer>,
  name = 'document',
  signal?: AbortSignal,
): Promise<Parsed> {
  const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : content;
  const parts: ParsedPart[] = [];
  for await (const part of parser.parse(memorySource(name, bytes), { signal })) parts.push(part);
  return {
    parts,
    text: parts.map(({ text }) => text).join(''),
    warnings: parts.flatMap(({ warnings = [] }) => warnings),
    title: parts.map(({ title }) => title).find((title) => title !== undefined),
    headings: parts.flatMap(({ headings = [] }) => headings.map(({ level, title }) => `${level} ${title}`)),
  };
}
