/** What computes, how precisely, and what is kept on disk while it does. */
import { useTexts } from '../../i18n/texts.ts';
import { NumberField } from '../../page/NumberField.tsx';
import { PageSection } from '../../page/PageSection.tsx';
import { Select } from '../../ui/Select.tsx';
import { AdapterChoice } from '../models/AdapterChoice.tsx';
import { ModelsFolderSetting } from './ModelsFolderSetting.tsx';
import { QuantisedSetting } from './QuantisedSetting.tsx';
import { optionsOf } from './optionsOf.ts';
import type { SettingsPartProps } from './useSaving.ts';

const GIGABYTE = 1e9;

export function EngineSettings({ settings, save }: SettingsPartProps) {
  const { settings: words, models } = useTexts();
  return (
    <PageSection title={words.engine}>
      <div className="setting-grid">
        <AdapterChoice />
        <Select
          label={words.precision}
          hint={words.precisionHint}
          value={settings.precision}
          options={optionsOf(models.precisions)}
          onChange={(precision) => save({ precision })}
        />
        <NumberField
          label={words.idleUnload}
          hint={words.idleUnloadHint}
          {...{ min: 0, whole: true }}
          value={settings.idleUnloadMinutes}
          onCommit={(idleUnloadMinutes) => save({ idleUnloadMinutes })}
        />
        <NumberField
          label={words.snapshotEvery}
          hint={words.snapshotEveryHint}
          {...{ min: 1, max: 600 }}
          value={settings.snapshotEverySeconds}
          onCommit={(snapshotEverySeconds) => save({ snapshotEverySeconds })}
        />
        <NumberField
          label={words.quota}
          hint={words.quotaHint}
          min={0}
          value={Math.round(settings.snapshotQuotaBytes / (GIGABYTE / 100)) / 100}
          onCommit={(gigabytes) => save({ snapshotQuotaBytes: Math.round(gigabytes * GIGABYTE) })}
        />
      </div>
      <ModelsFolderSetting settings={settings} save={save} />
      <QuantisedSetting settings={settings} save={save} />
    </PageSection>
  );
}
