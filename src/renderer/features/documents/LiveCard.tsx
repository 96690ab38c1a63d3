/** A reading that is not finished: where it is, how fast, how long still; pause, go on, cancel. */
import type { Document, Reading, ReadingProgress } from '../../../main/api/documents.ts';
import { useFormat } from '../../i18n/format.ts';
import { shownSectionTitle } from '../../i18n/sectionTitle.ts';
import { useTexts } from '../../i18n/texts.ts';
import type { DocumentStore } from '../../stores/document.ts';
import type { LiveReading } from '../../stores/reading.ts';
import { ErrorCard } from '../../ui/ErrorCard.tsx';
import { ProgressBar } from '../../ui/ProgressBar.tsx';
import { LiveActions } from './LiveActions.tsx';
import { Sparkline } from './Sparkline.tsx';

export interface LiveCardProps {
  readonly store: DocumentStore;
  readonly document: Document;
  readonly live: LiveReading;
}

export function LiveCard({ store, document, live }: LiveCardProps) {
  const { documents } = useTexts();
  const { reading, speeds } = live;
  const { progress, focus, error } = reading;
  return (
    <div className="card live" data-status={reading.status}>
      <LiveTitle document={document} reading={reading} />
      <ProgressBar
        fraction={reading.status === 'reading' && !progress ? undefined : (progress?.fraction ?? 0)}
        label={documents.live.progress}
      />
      {progress && <LiveFacts reading={reading} progress={progress} speeds={speeds} />}
      {focus !== '' && <p className="small-note">{documents.focusOf(focus)}</p>}
      {reading.status === 'paused' && <p className="small-note">{documents.live.paused}</p>}
      {reading.status === 'failed' && (
        <>
          <p className="small-note">{documents.live.failed}</p>
          {error && <ErrorCard error={error} quiet />}
        </>
      )}
      <LiveActions store={store} reading={reading} />
    </div>
  );
}

function LiveTitle({
  document,
  reading: { status, progress },
}: Pick<LiveCardProps, 'document'> & { reading: Reading }) {
  const { documents } = useTexts();
  const { live } = documents;
  const format = useFormat();
  if (status === 'waiting') return <h2>{live.waiting}</h2>;
  if (!progress) return <h2>{status === 'reading' ? live.starting : live.notBegun}</h2>;
  const { page, fraction, sectionTitle } = progress;
  const place =
    page === null || document.pages === null
      ? live.percent(format.percent(fraction))
      : live.pageOf(format.count(page), format.count(document.pages));
  return (
    <div className="live-title">
      <h2>{place}</h2>
      <p className="one-line">{shownSectionTitle(sectionTitle, documents)}</p>
      {page !== null && <span className="live-percent">{format.percent(fraction)}</span>}
    </div>
  );
}

interface LiveFactsProps {
  readonly reading: Reading;
  readonly progress: ReadingProgress;
  readonly speeds: readonly number[];
}

function LiveFacts({ reading, progress, speeds }: LiveFactsProps) {
  const { live, facts } = useTexts().documents;
  const format = useFormat();
  const { tokensPerSecond, secondsLeft, memoryBytes, tokens } = progress;
  const moving = reading.status === 'reading';
  return (
    <dl className="live-facts">
      <div>
        <dt>{live.speed}</dt>
        <dd>{live.speedValue(format.rate(tokensPerSecond))}</dd>
        {speeds.length > 1 && (
          <dd>
            <Sparkline values={speeds} label={live.speedChart} />
          </dd>
        )}
      </div>
      <div>
        <dt>{live.left}</dt>
        <dd>{secondsLeft === null ? facts.unknown : format.duration(secondsLeft)}</dd>
        {moving && (
          <dd className="soft">
            {live.tokens}: {format.count(tokens)}
          </dd>
        )}
      </div>
      <div>
        <dt>{live.memory}</dt>
        <dd>{format.bytes(memoryBytes)}</dd>
        <dd className="soft">{live.stateMemory(format.bytes(reading.stateBytes))}</dd>
      </div>
    </dl>
  );
}
