/** Before a document is read: what it is, what reading it takes, and what to look for. */
import { useState } from 'react';
import type { Document } from '../../../main/api/documents.ts';
import { useTry } from '../../frame/useTry.ts';
import { useFormat } from '../../i18n/format.ts';
import { useLanguage, useTexts } from '../../i18n/texts.ts';
import { Facts } from '../../page/Facts.tsx';
import { useAppState } from '../../services.ts';
import type { DocumentStore } from '../../stores/document.ts';
import { Button } from '../../ui/Button.tsx';
import { Icon } from '../../ui/icons.tsx';
import { ModelNotice } from '../chat/ModelNotice.tsx';
import { FocusFields } from './FocusFields.tsx';
import { languageName } from './languageName.ts';

export interface PreflightProps {
  readonly store: DocumentStore;
  readonly document: Document;
}

export function Preflight({ store, document }: PreflightProps) {
  const { documents } = useTexts();
  const attempt = useTry();
  const loaded = useAppState(({ engine }) => engine.type === 'loaded');
  const [focus, setFocus] = useState('');
  const [summarise, setSummarise] = useState(true);
  const [starting, setStarting] = useState(false);
  const read = async (): Promise<void> => {
    setStarting(true);
    await store.read({ focus: focus.trim(), summarise }).finally(() => setStarting(false));
  };
  return (
    <section className="card preflight" aria-label={documents.preflight}>
      <h2>{documents.preflight}</h2>
      <p className="soft">{documents.preflightHint}</p>
      <PreflightFacts document={document} />
      <Warnings document={document} />
      <FocusFields {...{ focus, summarise }} onFocus={setFocus} onSummarise={setSummarise} />
      {!loaded && <ModelNotice />}
      <Button kind="primary" icon="book" disabled={!loaded || starting} onClick={() => attempt(read)}>
        {documents.read}
      </Button>
    </section>
  );
}

function PreflightFacts({ document: { facts, pages, estimatedSeconds } }: { readonly document: Document }) {
  const words = useTexts().documents.facts;
  const format = useFormat();
  const language = useLanguage();
  const rows: (readonly [string, string])[] = [
    ...(pages === null ? [] : [[words.pages, format.count(pages)] as const]),
    [words.words, format.count(facts.words)],
    [words.tokens, facts.tokens === null ? words.afterLoading : format.count(facts.tokens)],
    [words.sections, format.count(facts.sections)],
    [words.language, facts.language === null ? words.unknown : languageName(facts.language, language)],
    [words.time, estimatedSeconds === null ? words.afterLoading : format.duration(estimatedSeconds)],
  ];
  return <Facts rows={rows} />;
}

function Warnings({ document: { facts } }: { readonly document: Document }) {
  const { warnings } = useTexts().documents;
  const format = useFormat();
  if (facts.warnings.length === 0) return null;
  const sentence = (code: string, count: number): string => {
    if (code === 'scanned-pages' || code === 'damaged-pages') return warnings[code](format.count(count));
    return code === 'odd-encoding' || code === 'very-long' ? warnings[code] : warnings.other;
  };
  return (
    <ul className="warnings">
      {facts.warnings.map(({ code, count = 0 }) => (
        <li key={code}>
          <Icon name="warning" />
          <span>{sentence(code, count)}</span>
        </li>
      ))}
    </ul>
  );
}
