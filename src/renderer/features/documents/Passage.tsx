/** A part of the document's own text. */
import { useEffect, useRef, useState } from 'react';
import { useTexts } from '../../i18n/texts.ts';
import { useServices } from '../../services.ts';
import { ErrorCard } from '../../ui/ErrorCard.tsx';
import { Spinner } from '../../ui/Spinner.tsx';
import { MarkedText } from '../../ui/MarkedText.tsx';
import { markedParts } from './markedParts.ts';
import { withoutCuts } from './withoutCuts.ts';

export interface PassageProps {
  readonly documentId: string;
  readonly startByte: number;
  readonly endByte: number;
  /** What to mark; the first is scrolled to. */
  readonly words?: readonly string[];
}

const NO_WORDS: readonly string[] = [];
/** A section may be a whole book. */
const MOST_BYTES = 40_000;

export function Passage({ documentId, startByte, endByte, words = NO_WORDS }: PassageProps) {
  const { common, documents } = useTexts();
  const { app } = useServices();
  const [text, setText] = useState<string>();
  const [error, setError] = useState<unknown>();
  const end = Math.min(endByte, startByte + MOST_BYTES);
  useEffect(() => {
    const leaving = new AbortController();
    app.getPassage({ id: documentId, startByte, endByte: end }, leaving.signal).then(
      (passage) => setText(withoutCuts(passage.text)),
      (reason: unknown) => {
        if (!leaving.signal.aborted) setError(reason);
      },
    );
    return () => leaving.abort();
  }, [app, documentId, startByte, end]);
  if (error !== undefined) return <ErrorCard error={error} />;
  if (text === undefined) return <Spinner label={common.loading} />;
  return (
    <>
      <Marked text={text} words={words} />
      {end < endByte && <p className="small-note">{documents.bytesShown}</p>}
    </>
  );
}

function Marked({ text, words }: { readonly text: string; readonly words: readonly string[] }) {
  const quote = useRef<HTMLQuoteElement>(null);
  useEffect(() => {
    quote.current?.querySelector('mark')?.scrollIntoView({ block: 'center' });
  }, [text, words]);
  return (
    <blockquote ref={quote} className="passage" tabIndex={0}>
      <MarkedText parts={markedParts(text, words)} />
    </blockquote>
  );
}
