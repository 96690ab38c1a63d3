/** Gives something to the user as a file, in the format of their choice and the language of the page. */
import type { AppApi } from '../../main/api/contract.ts';
import type { Exported } from '../../main/api/conversations.ts';
import { useLanguage } from '../i18n/texts.ts';
import { Button } from '../ui/Button.tsx';
import { Dialog } from '../ui/Dialog.tsx';
import { useTry } from './useTry.ts';

const FORMATS = [
  { format: 'markdown', name: 'Markdown' },
  { format: 'html', name: 'HTML' },
  { format: 'json', name: 'JSON' },
] as const;

export interface ExportDialogProps {
  readonly title: string;
  readonly hint: string;
  readonly make: (how: Omit<Parameters<AppApi['exportDocument']>[0], 'id'>) => Promise<Exported>;
  readonly onClose: () => void;
}

export function ExportDialog({ title, hint, make, onClose }: ExportDialogProps) {
  const attempt = useTry();
  const language = useLanguage();
  return (
    <Dialog title={title} onClose={onClose}>
      <p>{hint}</p>
      <div className="dialog-choices">
        {FORMATS.map(({ format, name }) => (
          <Button
            key={format}
            icon="download"
            onClick={() => {
              attempt(async () => download(await make({ format, language })));
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
function download({ fileName, mimeType, content }: Exported): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob([content], { type: mimeType }));
  link.download = fileName;
  link.click();
  // The browser has taken its own hold of the data by then.
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}
