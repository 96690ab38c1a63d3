/** Tells screen readers of sections and ends; each tick of the progress would be too much. */
import { shownSectionTitle } from '../../i18n/sectionTitle.ts';
import { useTexts } from '../../i18n/texts.ts';
import type { LiveReading } from '../../stores/reading.ts';

export function ReadingAnnouncer({ live }: { readonly live: LiveReading | undefined }) {
  return (
    <p role="status" className="visually-hidden">
      {useWords(live)}
    </p>
  );
}

function useWords(live: LiveReading | undefined): string {
  const { documents } = useTexts();
  if (!live) return '';
  const { status, sections } = live.reading;
  if (status === 'finished') return documents.live.finished;
  if (status === 'paused') return documents.live.pausedNow;
  const last = sections.at(-1);
  if (status !== 'reading' || !last) return '';
  const title = shownSectionTitle(last.section.title, documents);
  return last.summary === null ? documents.live.sectionRead(title) : documents.live.summaryWritten(title);
}
