/** A section: its title and pages, its summary, and on demand its text. */
import { memo, useEffect, useId, useRef, useState } from 'react';
import type { SectionSummary } from '../../../main/api/documents.ts';
import { useFormat } from '../../i18n/format.ts';
import { shownSectionTitle } from '../../i18n/sectionTitle.ts';
import { useTexts } from '../../i18n/texts.ts';
import { Markdown } from '../../markdown/Markdown.tsx';
import { Passage } from './Passage.tsx';

export interface SectionItemProps {
  readonly documentId: string;
  readonly entry: SectionSummary;
  /** What is there of the summary while it is being written. */
  readonly writing: string | undefined;
  /** Nothing more will come. */
  readonly finished: boolean;
  /** The address names it. */
  readonly shown: boolean;
}

export const SectionItem = memo(function SectionItem(props: SectionItemProps) {
  const { documentId, entry, shown } = props;
  const { documents } = useTexts();
  const format = useFormat();
  const [open, setOpen] = useState(false);
  const id = useId();
  const item = useRef<HTMLLIElement>(null);
  useEffect(() => {
    if (shown) item.current?.scrollIntoView({ block: 'start' });
  }, [shown]);
  const { section, pages } = entry;
  return (
    <li ref={item} className="section" aria-current={shown ? 'true' : undefined}>
      <header>
        <h3>{shownSectionTitle(section.title, documents)}</h3>
        {pages && (
          <span className="soft">{documents.sectionRange(format.count(pages.first), format.count(pages.last))}</span>
        )}
      </header>
      <SectionSummaryText {...props} />
      <button
        type="button"
        className="text-link"
        aria-expanded={open}
        aria-controls={open ? id : undefined}
        onClick={() => setOpen(!open)}
      >
        {open ? documents.hidePassage : documents.passage}
      </button>
      {open && (
        <div id={id}>
          <Passage documentId={documentId} startByte={section.startByte} endByte={section.endByte} />
        </div>
      )}
    </li>
  );
});

function SectionSummaryText({ entry: { summary }, writing, finished }: SectionItemProps) {
  const { documents } = useTexts();
  if (writing !== undefined)
    return (
      <div className="section-summary" aria-busy="true">
        {writing === '' ? <p className="soft">{documents.writing}</p> : <Markdown text={writing} open />}
      </div>
    );
  if (summary !== null && summary !== '')
    return (
      <div className="section-summary">
        <Markdown text={summary} />
      </div>
    );
  return finished && summary === '' ? <p className="small-note">{documents.notWritten}</p> : null;
}
