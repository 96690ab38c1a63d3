/** The summary of the whole on top, then section by section; while it is being written, as far as it is there. */
import { useTexts } from '../../i18n/texts.ts';
import { Markdown } from '../../markdown/Markdown.tsx';
import type { LiveReading } from '../../stores/reading.ts';
import { SectionItem } from './SectionItem.tsx';

export interface SummaryProps {
  readonly documentId: string;
  readonly live: LiveReading;
  /** The section to show. */
  readonly section: number | undefined;
}

export function Summary({ documentId, live: { reading, writing }, section: shown }: SummaryProps) {
  const { documents } = useTexts();
  const { overall, sections, status } = reading;
  const whole = writing?.of === 'overall' ? writing.text : overall;
  return (
    <>
      {(whole !== '' || writing?.of === 'overall') && (
        <section className="overall" aria-label={documents.overall} aria-busy={writing?.of === 'overall'}>
          <h2>{documents.overall}</h2>
          {whole === '' ? (
            <p className="soft">{documents.writing}</p>
          ) : (
            <Markdown text={whole} open={whole !== overall} />
          )}
        </section>
      )}
      {sections.length > 0 && (
        <section aria-label={documents.sections}>
          <h2 className="sections-title">{documents.sections}</h2>
          <ol className="sections">
            {sections.map((entry) => (
              <SectionItem
                key={entry.section.index}
                documentId={documentId}
                entry={entry}
                writing={writing?.of === entry.section.index ? writing.text : undefined}
                finished={status === 'finished'}
                shown={shown === entry.section.index}
              />
            ))}
          </ol>
        </section>
      )}
    </>
  );
}
