/** Gives a chat to the user as a file. */
import type { Exported } from '../../main/api/conversations.ts';
import { useTexts } from '../i18n/texts.ts';
import { useServices } from '../services.ts';
import { Button } from '../ui/Button.tsx';
import { Dialog } from '../ui/Dialog.tsx';
import { useTry } from './useTry.ts';

const FORMATS = [
  { format: 'markdown', name: 'Markdown' },
  { format: 'html', name: 'HTML' },
  { format: 'json', name: 'JSON' },
] as const;

export function ExportDialog({ id, onClose }: { readonly id: string; readonly onClose: () => void }) {
  const { frame } = useTexts();
  const { app } = useServices();
  const attempt = useTry();
  return (
    <Dialog title={frame.exportTitle} onClose={onClose}>
      <p>{frame.exportHint}</p>
      <div className="dialog-choices">
        {FORMATS.map(({ format, name }) => (
          <Button
            key={format}
            icon="download"
            onClick={() => {
              attempt(async () => download(await app.exportConversation({ id, format })));
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

/** Saves a text in the browser's way. */
export function download({ fileName, mimeType, content }: Exported): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob([content], { type: mimeType }));
  link.download = fileName;
  link.click();
  // The browser has taken its own hold of the data by then.
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}
