/** Chooses files to add; the desktop app offers folders, too. */
import { useTexts } from '../../i18n/texts.ts';
import { FileButton } from '../../page/FileButton.tsx';
import { useAppState, useServices } from '../../services.ts';
import { Button, type ButtonProps } from '../../ui/Button.tsx';
import { useTry } from '../../frame/useTry.ts';

const ENDINGS = '.pdf,.md,.markdown,.html,.htm,.xhtml,.txt,.text,text/*,application/pdf';

export function AddDocuments({ kind }: Pick<ButtonProps, 'kind'>) {
  const { documents } = useTexts();
  const { app, imports } = useServices();
  const attempt = useTry();
  const dialogs = useAppState(({ about }) => about?.dialogs ?? false);
  const addFolder = async (): Promise<void> => {
    const folder = await app.pickFolder({});
    if (folder !== null) imports.importPaths([folder]);
  };
  return (
    <div className="page-actions">
      {dialogs && (
        <Button icon="folder" onClick={() => attempt(addFolder)}>
          {documents.addFolder}
        </Button>
      )}
      <FileButton
        {...(kind && { kind })}
        icon="plus"
        dialog="documents"
        accept={ENDINGS}
        multiple
        onPaths={imports.importPaths}
        onFiles={imports.importFiles}
      >
        {documents.add}
      </FileButton>
    </div>
  );
}
