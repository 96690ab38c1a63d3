/** Language, appearance, keys. */
import { useTexts } from '../../i18n/texts.ts';
import { PageSection } from '../../page/PageSection.tsx';
import { Select } from '../../ui/Select.tsx';
import { Switch } from '../../ui/Switch.tsx';
import { optionsOf } from './optionsOf.ts';
import type { SettingsPartProps } from './useSaving.ts';

export function GeneralSettings({ settings, save }: SettingsPartProps) {
  const { settings: words } = useTexts();
  return (
    <PageSection title={words.general}>
      <div className="setting-grid">
        <Select
          label={words.language}
          value={settings.language}
          options={optionsOf(words.languages)}
          onChange={(language) => save({ language })}
        />
        <Select
          label={words.theme}
          value={settings.theme}
          options={optionsOf(words.themes)}
          onChange={(theme) => save({ theme })}
        />
        <Select
          label={words.sendWith}
          value={settings.sendWith}
          options={optionsOf(words.sendKeys)}
          onChange={(sendWith) => save({ sendWith })}
        />
      </div>
      <Switch
        label={words.shortcutsEnabled}
        hint={
          <>
            {words.shortcutsHint}{' '}
            <a className="page-link" href="#/shortcuts">
              {words.shortcutsShow}
            </a>
          </>
        }
        checked={settings.shortcutsEnabled}
        onChange={(shortcutsEnabled) => save({ shortcutsEnabled })}
      />
    </PageSection>
  );
}
