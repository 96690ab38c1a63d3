/**
 * Summarises a document section by section while it is being read, then the whole from the sections' summaries. Each
 * section is read once more in a session of its own, instruction last: a short text that the state holds well.
 */
import { DOCUMENT_STOPS, summaryPrompt } from '../chat/documentPrompts.ts';
import type { Sampling } from '../sampling/types.ts';
import { answerPrompt, type AnswerOptions } from './answering.ts';
import { textOf } from './blocks.ts';
import { noText } from './documentErrors.ts';
import { readAllSections, sectionEvents } from './allSections.ts';
import type { ReadEvent, ReadOptions } from './read.ts';
import type { Section } from './sections.ts';

export interface SummariseOptions extends ReadOptions {
  readonly sampling: Sampling;
  /** Tokens of a section's summary; default 160. */
  readonly maxSectionTokens?: number | undefined;
  /** Tokens of the overall summary; default 320. */
  readonly maxOverallTokens?: number | undefined;
  /** Default true: the document is also read into its snapshot, for questions from memory later. */
  readonly keepState?: boolean | undefined;
  /** Summaries from an earlier run; those of unchanged sections are taken over. */
  readonly known?: readonly SectionSummary[] | undefined;
}

export interface SectionSummary extends Section {
  readonly summary: string;
}

/** Ends with exactly one `end`, unless it throws. */
export type SummariseEvent =
  /** An event of reading the document into its snapshot. */
  | { readonly type: 'reading'; readonly event: ReadEvent }
  /** The summary of a section, or of all, is about to be written. */
  | { readonly type: 'writing'; readonly of: Section | 'overall' }
  /** A piece of the summary of section number `of`, or of the overall summary. */
  | { readonly type: 'text'; readonly of: number | 'overall'; readonly text: string }
  | ({ readonly type: 'section' } & SectionSummary)
  | { readonly type: 'overall'; readonly summary: string }
  | { readonly type: 'end'; readonly reason: 'finished' | 'cancelled'; readonly sections: number };

const DEFAULT_SECTION_TOKENS = 160;
const DEFAULT_OVERALL_TOKENS = 320;
/** Summaries of more tokens than this are first summarised in groups. Well inside the length that models trained on. */
const MAX_NOTES_TOKENS = 1500;

/**
 * Summarises `source`. On abort it ends with reason `cancelled`; the summaries delivered until then can be given back as
 * `known`.
 * @throws EngineError as `readDocument`
 */
export async function* summariseDocument(options: SummariseOptions): AsyncGenerator<SummariseEvent, void, undefined> {
  const summaries: SectionSummary[] = [];
  const end = (reason: 'finished' | 'cancelled'): SummariseEvent => ({
    type: 'end',
    reason,
    sections: summaries.length,
  });
  let cancelled = false;
  for await (const event of options.keepState === false ? sectionEvents(options) : readAllSections(options)) {
    if (event.type !== 'section') {
      yield { type: 'reading', event };
      cancelled ||= event.type === 'end' && event.reason === 'cancelled';
      continue;
    }
    const { type: _, ...section } = event;
    const summary = knownSummary(options, section) ?? (yield* summariseSection(options, section));
    cancelled = summary === undefined;
    // Leaving the loop saves what was read: only then is the end told.
    if (summary === undefined) break;
    summaries.push({ ...section, summary });
    yield { type: 'section', ...section, summary };
  }
  if (cancelled || options.signal?.aborted) return yield end('cancelled');
  if (summaries.length === 0) throw noText(options.source.name);
  const overall = yield* summariseAll(options, summaries);
  if (overall === undefined) return yield end('cancelled');
  yield { type: 'overall', summary: overall };
  yield end('finished');
}

function knownSummary({ known }: SummariseOptions, { title, startByte, endByte }: Section): string | undefined {
  return known?.find((it) => it.title === title && it.startByte === startByte && it.endByte === endByte)?.summary;
}

async function* summariseSection(options: SummariseOptions, section: Section): Summarising {
  yield { type: 'writing', of: section };
  const text = await textOf(options.source, options.tokenizer, section);
  return yield* summariseText(options, text, section.index, options.maxSectionTokens ?? DEFAULT_SECTION_TOKENS);
}

/** One summary of all sections: at once when the summaries are short enough together, else group by group first. */
async function* summariseAll(options: SummariseOptions, summaries: readonly SectionSummary[]): Summarising {
  // The only section's summary is that of the document.
  if (summaries.length === 1) return summaries[0]?.summary;
  let notes = summaries.map(({ title, summary }) => `${title}: ${summary}`);
  for (;;) {
    const groups = groupNotes(notes, (text) => options.tokenizer.encode(text).length);
    const whole = groups.length === 1;
    if (whole) yield { type: 'writing', of: 'overall' };
    const next: string[] = [];
    for (const group of groups) {
      const maxTokens = whole
        ? (options.maxOverallTokens ?? DEFAULT_OVERALL_TOKENS)
        : (options.maxSectionTokens ?? DEFAULT_SECTION_TOKENS);
      const summary = yield* summariseText(options, group.join('\n'), whole ? 'overall' : undefined, maxTokens);
      if (summary === undefined) return undefined;
      next.push(summary);
    }
    if (whole) return next[0];
    notes = next;
  }
}

/** Puts neighbours together while they fit; at least two in each group but the last, so that every round has fewer. */
export function groupNotes(notes: readonly string[], countTokens: (text: string) => number): string[][] {
  const groups: string[][] = [];
  let tokens = 0;
  for (const note of notes) {
    const own = countTokens(note);
    const group = groups.at(-1);
    if (group && (group.length < 2 || tokens + own <= MAX_NOTES_TOKENS)) {
      group.push(note);
      tokens += own;
    } else {
      groups.push([note]);
      tokens = own;
    }
  }
  return groups;
}

/** Yields pieces of text; returns the whole, or undefined when cancelled. */
type Summarising = AsyncGenerator<SummariseEvent, string | undefined, undefined>;

/** @param of whose summary this is, for the events; without it none are told */
async function* summariseText(
  options: SummariseOptions,
  text: string,
  of: number | 'overall' | undefined,
  maxTokens: number,
): Summarising {
  const { sampling, signal } = options;
  const answerOptions: AnswerOptions = { sampling, maxTokens, signal, stop: DOCUMENT_STOPS, priority: 'background' };
  let summary = '';
  for await (const event of answerPrompt(options, summaryPrompt(text), answerOptions)) {
    if (event.type === 'end') return event.reason === 'cancelled' ? undefined : summary.trim();
    summary += event.text;
    if (of !== undefined) yield { type: 'text', of, text: event.text };
  }
  return summary.trim();
}
