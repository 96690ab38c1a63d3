/** A download: how much is here, how fast it comes, and pausing or ending it. */
import { useState } from 'react';
import type { Download } from '../../../main/api/models.ts';
import { useTry } from '../../frame/useTry.ts';
import { useFormat } from '../../i18n/format.ts';
import { useTexts } from '../../i18n/texts.ts';
import { Badge, type BadgeProps } from '../../page/Badge.tsx';
import { useServices } from '../../services.ts';
import { Button } from '../../ui/Button.tsx';
import { Dialog } from '../../ui/Dialog.tsx';
import { ErrorCard } from '../../ui/ErrorCard.tsx';
import { IconButton } from '../../ui/IconButton.tsx';
import { ProgressBar } from '../../ui/ProgressBar.tsx';

const TONES: Readonly<Record<Download['stage'], BadgeProps['tone']>> = {
  ...{ waiting: 'plain', downloading: 'accent', paused: 'warn', verifying: 'accent', ready: 'good', failed: 'bad' },
};

export function DownloadRow({ download }: { readonly download: Download }) {
  const { models } = useTexts();
  const { app } = useServices();
  const attempt = useTry();
  const { id, fileName, stage, bytes, totalBytes, error } = download;
  const fraction = totalBytes === null ? undefined : bytes / totalBytes;
  return (
    <li className="row download-row">
      <div className="row-words">
        <h3 className="row-title">
          {fileName}{' '}
          <span role="status">
            <Badge tone={TONES[stage]}>{models.stage[stage]}</Badge>
          </span>
        </h3>
        <DownloadFacts download={download} />
        {stage !== 'ready' && stage !== 'failed' && (
          <ProgressBar
            fraction={stage === 'verifying' || stage === 'waiting' ? undefined : fraction}
            label={models.progressOf(fileName)}
          />
        )}
        {error && <ErrorCard error={error} quiet onRetry={() => attempt(() => app.resumeDownload({ id }))} />}
      </div>
      <DownloadActions download={download} />
    </li>
  );
}

function DownloadFacts({ download }: { readonly download: Download }) {
  const { models } = useTexts();
  const format = useFormat();
  const { stage, bytes, totalBytes, bytesPerSecond, secondsLeft, host, verifiedBy } = download;
  const moving = stage === 'downloading';
  return (
    <p className="row-facts">
      <span>
        {totalBytes === null
          ? format.bytes(bytes)
          : `${models.downloaded(format.bytes(bytes), format.bytes(totalBytes))} (${format.percent(bytes / totalBytes)})`}
      </span>
      {moving && <span>{models.perSecond(format.bytes(bytesPerSecond))}</span>}
      {moving && secondsLeft !== null && <span>{models.left(format.duration(secondsLeft))}</span>}
      <span>{models.from(host)}</span>
      {verifiedBy !== null && <span>{models.verifiedBy[verifiedBy]}</span>}
    </p>
  );
}

function DownloadActions({ download: { id, fileName, stage, bytes } }: { readonly download: Download }) {
  const { models } = useTexts();
  const { app } = useServices();
  const attempt = useTry();
  const format = useFormat();
  const [asking, setAsking] = useState(false);
  if (stage === 'ready') return null;
  const close = (): void => setAsking(false);
  const cancel = (): void => {
    attempt(() => app.cancelDownload({ id }));
    close();
  };
  const actions = (
    <>
      <Button onClick={close}>{models.keepDownloading}</Button>
      <Button kind="danger" onClick={cancel}>
        {models.cancelDownload}
      </Button>
    </>
  );
  return (
    <div className="row-actions">
      {(stage === 'downloading' || stage === 'waiting') && (
        <IconButton
          icon="pause"
          label={models.pauseOf(fileName)}
          onClick={() => attempt(() => app.pauseDownload({ id }))}
        />
      )}
      {stage === 'paused' && (
        <IconButton
          icon="play"
          label={models.resumeOf(fileName)}
          onClick={() => attempt(() => app.resumeDownload({ id }))}
        />
      )}
      <IconButton icon="close" label={models.cancelOf(fileName)} onClick={() => setAsking(true)} />
      {asking && (
        <Dialog title={models.cancelTitle(fileName)} onClose={close} actions={actions}>
          <p>{models.cancelText(format.bytes(bytes))}</p>
        </Dialog>
      )}
    </div>
  );
}
