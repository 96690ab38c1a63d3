/** Where models are downloaded from, and through what. */
import { useTexts } from '../../i18n/texts.ts';
import { CommittedField } from '../../page/CommittedField.tsx';
import { PageSection } from '../../page/PageSection.tsx';
import { Select } from '../../ui/Select.tsx';
import { isProxy } from './isProxy.ts';
import { optionsOf } from './optionsOf.ts';
import type { SettingsPartProps } from './useSaving.ts';

export function DownloadSettings({ settings, save }: SettingsPartProps) {
  const { settings: words } = useTexts();
  return (
    <PageSection title={words.downloads}>
      <div className="setting-grid">
        <Select
          label={words.mirror}
          value={settings.mirror}
          options={optionsOf(words.mirrors)}
          onChange={(mirror) => save({ mirror })}
        />
        <CommittedField
          label={words.proxy}
          hint={words.proxyHint}
          inputMode="url"
          value={settings.proxy}
          problem={(text) => (isProxy(text) ? undefined : words.invalid.proxy)}
          onCommit={(text) => save({ proxy: text.trim() })}
        />
      </div>
    </PageSection>
  );
}
