/** What a reading becomes with each of its events, and how fast it went. */
import type { Reading, ReadingEvent, SectionSummary } from '../../main/api/documents.ts';

export interface LiveReading {
  readonly reading: Reading;
  /** The summary that is being written, with what is there of it. */
  readonly writing: { readonly of: number | 'overall'; readonly text: string } | undefined;
  /** Tokens per second, one for each report, the latest last. */
  readonly speeds: readonly number[];
}

/** As many as a small chart can show. */
const MOST_SPEEDS = 60;

export function withEvent(live: LiveReading | undefined, event: ReadingEvent): LiveReading | undefined {
  if (event.type === 'state') return begun(live, event.reading);
  if (!live) return undefined;
  switch (event.type) {
    case 'progress': {
      const { progress } = event;
      const speeds = progress.tokensPerSecond > 0 ? [...live.speeds, progress.tokensPerSecond] : live.speeds;
      return {
        ...live,
        reading: { ...live.reading, status: 'reading', progress },
        speeds: speeds.slice(-MOST_SPEEDS),
      };
    }
    case 'section':
      return { ...live, reading: { ...live.reading, sections: withSection(live.reading.sections, event.section) } };
    case 'writing':
      return { ...live, writing: { of: event.of, text: '' } };
    case 'text': {
      const before = live.writing?.of === event.of ? live.writing.text : '';
      return { ...live, writing: { of: event.of, text: before + event.text } };
    }
    case 'summary':
      return { ...live, writing: undefined, reading: withSummary(live.reading, event.of, event.text) };
  }
}

/** The chart goes on over a pause and over a line that was cut. */
function begun(live: LiveReading | undefined, reading: Reading): LiveReading {
  return { reading, writing: undefined, speeds: live?.reading.id === reading.id ? live.speeds : [] };
}

/** In the order of the document; one that is known already is replaced. */
function withSection(sections: readonly SectionSummary[], added: SectionSummary): SectionSummary[] {
  const others = sections.filter(({ section }) => section.index !== added.section.index);
  return [...others, added].toSorted((a, b) => a.section.index - b.section.index);
}

function withSummary(reading: Reading, of: number | 'overall', text: string): Reading {
  if (of === 'overall') return { ...reading, overall: text };
  const sections = reading.sections.map((entry) => (entry.section.index === of ? { ...entry, summary: text } : entry));
  return { ...reading, sections };
}
