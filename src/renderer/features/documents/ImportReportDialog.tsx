/** Of one drop: the files that could not be taken, each with its own reason, those that were there, and how many are new. */
import { useTry } from '../../frame/useTry.ts';
import { useFormat } from '../../i18n/format.ts';
import { useTexts } from '../../i18n/texts.ts';
import { useServices } from '../../services.ts';
import type { ImportReport } from '../../stores/imports.ts';
import { Button } from '../../ui/Button.tsx';
import { Dialog } from '../../ui/Dialog.tsx';
import { ErrorCard } from '../../ui/ErrorCard.tsx';

interface Props {
  readonly report: ImportReport;
  readonly onClose: () => void;
}

export function ImportReportDialog({ report, onClose }: Props) {
  const { documents, common } = useTexts();
  const format = useFormat();
  const { added, rejected, error } = report;
  return (
    <Dialog
      wide
      title={rejected.length > 0 || error !== undefined ? documents.reportTitle : documents.knownTitle}
      onClose={onClose}
      actions={
        <Button kind="primary" onClick={onClose}>
          {common.close}
        </Button>
      }
    >
      {added.length > 0 && <p>{documents.added(format.count(added.length))}</p>}
      {error !== undefined && (
        <>
          <p>{documents.importStopped}</p>
          <ErrorCard error={error} />
        </>
      )}
      {rejected.length > 0 && (
        <section className="report-part">
          <h3>{documents.rejected}</h3>
          <ul>
            {rejected.map((file) => (
              <Rejected key={file.path} file={file} />
            ))}
          </ul>
        </section>
      )}
      <KnownFiles report={report} onClose={onClose} />
    </Dialog>
  );
}

/** The reason is the file's own: the code alone says the same of all. */
function Rejected({ file: { path, error } }: { readonly file: ImportReport['rejected'][number] }) {
  const { errors } = useTexts();
  const words = errors.byCode[error.code];
  return (
    <li>
      <b>{fileName(path)}</b>
      <p>{[words?.title ?? errors.unknown, words?.nextStep ?? error.nextStep].filter(Boolean).join(' ')}</p>
      <p lang="en">{error.message}</p>
    </li>
  );
}

function KnownFiles({ report: { known }, onClose }: Props) {
  const { documents } = useTexts();
  const { app, navigation } = useServices();
  const attempt = useTry();
  if (known.length === 0) return null;
  const open = async (id: string, restore: boolean): Promise<void> => {
    if (restore) await app.restoreDocuments({ ids: [id] });
    navigation.go({ kind: 'document', id });
    onClose();
  };
  return (
    <section className="report-part">
      <h3>{documents.known}</h3>
      <ul>
        {known.map(({ document: { id, title }, known: where }) => (
          <li key={id} className="report-known">
            <div>
              <b>{title}</b>
              <p>{where === 'in-bin' ? documents.knownInBin : documents.knownHere}</p>
            </div>
            <Button onClick={() => attempt(() => open(id, where === 'in-bin'))}>
              {where === 'in-bin' ? documents.restoreAction : documents.openAction}
            </Button>
          </li>
        ))}
      </ul>
    </section>
  );
}

/** The last part of a path of any system. */
const fileName = (path: string): string => path.split(/[\\/]/).at(-1) ?? path;
