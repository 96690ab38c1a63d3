/** Where everything lies. */
import { useTry } from '../../frame/useTry.ts';
import { useTexts } from '../../i18n/texts.ts';
import { PageSection } from '../../page/PageSection.tsx';
import { useAppState, useServices } from '../../services.ts';
import { Button } from '../../ui/Button.tsx';
import { CopyButton } from '../../ui/CopyButton.tsx';

export function DataSettings() {
  const { settings: words } = useTexts();
  const { app } = useServices();
  const attempt = useTry();
  const about = useAppState((state) => state.about);
  if (!about) return null;
  const { dataFolder: path, version, shell } = about;
  return (
    <PageSection title={words.data}>
      <p>{words.dataHint}</p>
      <p className="data-folder">
        <span>{words.dataFolder}</span>
        <code>{path}</code>
      </p>
      <div className="page-actions">
        {shell === 'electron' && (
          <Button icon="folder" onClick={() => attempt(() => app.revealInFolder({ path }))}>
            {words.reveal}
          </Button>
        )}
        <CopyButton text={() => path} label={words.copyPath} />
      </div>
      <p className="small-note">{words.version(version)}</p>
    </PageSection>
  );
}
