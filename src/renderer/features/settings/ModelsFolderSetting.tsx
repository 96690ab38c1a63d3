/** Where downloaded models go; chosen in a dialog where the shell has one. */
import { useTry } from '../../frame/useTry.ts';
import { useTexts } from '../../i18n/texts.ts';
import { CommittedField } from '../../page/CommittedField.tsx';
import { useAppState, useServices } from '../../services.ts';
import { Button } from '../../ui/Button.tsx';
import type { SettingsPartProps } from './useSaving.ts';

export function ModelsFolderSetting({ settings, save }: SettingsPartProps) {
  const { settings: words } = useTexts();
  const { app } = useServices();
  const attempt = useTry();
  const dialogs = useAppState(({ about }) => about?.dialogs ?? false);
  const choose = async (): Promise<void> => {
    const modelsFolder = await app.pickFolder({});
    if (modelsFolder !== null) save({ modelsFolder });
  };
  return (
    <div className="field-with-button">
      <CommittedField
        label={words.modelsFolder}
        hint={words.modelsFolderHint}
        value={settings.modelsFolder ?? ''}
        onCommit={(text) => save({ modelsFolder: text.trim() === '' ? null : text.trim() })}
      />
      {dialogs && (
        <Button icon="folder" onClick={() => attempt(choose)}>
          {words.choose}
        </Button>
      )}
    </div>
  );
}
