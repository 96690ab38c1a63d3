/** Tells how adding files goes, and at the end of every file that was not simply added. */
import { useStore } from 'zustand/react';
import { useFormat } from '../../i18n/format.ts';
import { useTexts } from '../../i18n/texts.ts';
import { useServices } from '../../services.ts';
import { ProgressBar } from '../../ui/ProgressBar.tsx';
import { ImportReportDialog } from './ImportReportDialog.tsx';
import './documents.css';

export function ImportsHost() {
  const { documents } = useTexts();
  const { imports } = useServices();
  const format = useFormat();
  const { fraction, report } = useStore(imports);
  const words = documents.importing(format.percent(fraction ?? 0));
  return (
    <>
      {fraction !== undefined && (
        <div className="importing">
          <p>{words}</p>
          <ProgressBar fraction={fraction > 0 ? fraction : undefined} label={words} />
        </div>
      )}
      {report && fraction === undefined && <ImportReportDialog report={report} onClose={imports.dismiss} />}
    </>
  );
}
