/** Whether quantised weights are kept on disk, what they take there, and a button to remove them. */
import { useTry } from '../../frame/useTry.ts';
import { useFormat } from '../../i18n/format.ts';
import { useTexts } from '../../i18n/texts.ts';
import { useRemote } from '../../page/Loaded.tsx';
import { useServices } from '../../services.ts';
import { Button } from '../../ui/Button.tsx';
import { Switch } from '../../ui/Switch.tsx';
import type { SettingsPartProps } from './useSaving.ts';

export function QuantisedSetting({ settings, save }: SettingsPartProps) {
  const { settings: words } = useTexts();
  const { app, lists } = useServices();
  const attempt = useTry();
  const format = useFormat();
  const { value: use } = useRemote(lists.quantisedUse);
  return (
    <>
      <Switch
        label={words.cacheQuantised}
        hint={words.cacheQuantisedHint}
        checked={settings.cacheQuantised}
        onChange={(cacheQuantised) => save({ cacheQuantised })}
      />
      {use && (settings.cacheQuantised || use.files > 0) && (
        <>
          <p className="row-facts">
            <span>{words.quantisedUse(use.files, format.bytes(use.bytes))}</span>
            <span>{words.quantisedMost(use.maxFiles, format.bytes(use.maxBytes))}</span>
          </p>
          {use.failed && <p className="small-note">{words.quantisedFailed}</p>}
          <div className="page-actions">
            <Button icon="trash" disabled={use.files === 0} onClick={() => attempt(() => app.clearQuantised({}))}>
              {words.quantisedClear}
            </Button>
          </div>
        </>
      )}
    </>
  );
}
