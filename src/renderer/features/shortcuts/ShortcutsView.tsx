/** Every keyboard shortcut, and the switch for all of them. */
import { useTexts } from '../../i18n/texts.ts';
import { Page } from '../../page/Page.tsx';
import { useTry } from '../../frame/useTry.ts';
import { useAppState, useServices } from '../../services.ts';
import { isMac, shortcuts, shownKeys } from '../../shortcuts.ts';
import { Switch } from '../../ui/Switch.tsx';
import '../privacy/privacy.css';

export function ShortcutsView() {
  const { common, shortcutsPage: words, shortcutNames, settings: settingWords } = useTexts();
  const { app } = useServices();
  const attempt = useTry();
  const enabled = useAppState(({ settings }) => settings?.shortcutsEnabled ?? true);
  return (
    <Page title={common.shortcuts} lead={words.lead}>
      <div className="prose">
        <Switch
          label={words.on}
          hint={enabled ? settingWords.shortcutsHint : words.off}
          checked={enabled}
          onChange={(shortcutsEnabled) => attempt(() => app.changeSettings({ shortcutsEnabled }))}
        />
        <table className="plain-table">
          <caption className="visually-hidden">{common.shortcuts}</caption>
          <thead>
            <tr>
              <th scope="col">{words.action}</th>
              <th scope="col">{words.keys}</th>
            </tr>
          </thead>
          <tbody>
            {shortcuts.map(({ id, keys }) => (
              <tr key={id}>
                <td>{shortcutNames[id]}</td>
                <td>
                  <kbd>{shownKeys(keys, isMac())}</kbd>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
        <p className="small-note">{words.arrows}</p>
      </div>
    </Page>
  );
}
