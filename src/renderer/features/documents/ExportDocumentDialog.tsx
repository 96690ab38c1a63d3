/** Gives the summary of a document, with its questions, to the user as a file. */
import { download } from '../../frame/ExportDialog.tsx';
import { useTry } from '../../frame/useTry.ts';
import { useTexts } from '../../i18n/texts.ts';
import { useServices } from '../../services.ts';
import { Button } from '../../ui/Button.tsx';
import { Dialog } from '../../ui/Dialog.tsx';

const FORMATS = [
  { format: 'markdown', name: 'Markdown' },
  { format: 'html', name: 'HTML' },
  { format: 'json', name: 'JSON' },
] as const;

export function ExportDocumentDialog({ id, onClose }: { readonly id: string; readonly onClose: () => void }) {
  const { documents } = useTexts();
  const { app } = useServices();
  const attempt = useTry();
  return (
    <Dialog title={documents.exportTitle} onClose={onClose}>
      <p>{documents.exportHint}</p>
      <div className="dialog-choices">
        {FORMATS.map(({ format, name }) => (
          <Button
            key={format}
            icon="download"
            onClick={() => {
              attempt(async () => download(await app.exportDocument({ id, format })));
              onClose();
            }}
          >
            {name}
          </Button>
        ))}
      </div>
    </Dialog>
  );
}
