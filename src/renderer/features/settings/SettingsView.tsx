/** The settings: one page, saved at once. */
import { useTexts } from '../../i18n/texts.ts';
import { Page } from '../../page/Page.tsx';
import { useAppState } from '../../services.ts';
import { Icon } from '../../ui/icons.tsx';
import { Spinner } from '../../ui/Spinner.tsx';
import { AnswerSettings } from './AnswerSettings.tsx';
import { DataSettings } from './DataSettings.tsx';
import { DownloadSettings } from './DownloadSettings.tsx';
import { EngineSettings } from './EngineSettings.tsx';
import { GeneralSettings } from './GeneralSettings.tsx';
import { MoreLinks } from './MoreLinks.tsx';
import './settings.css';
import { useSaving } from './useSaving.ts';

export function SettingsView() {
  const { common, settings: words } = useTexts();
  const settings = useAppState((state) => state.settings);
  const { save, saved } = useSaving();
  return (
    <Page title={common.settings} lead={words.lead}>
      {settings ? (
        <div className="settings">
          <GeneralSettings settings={settings} save={save} />
          <AnswerSettings settings={settings} save={save} />
          <EngineSettings settings={settings} save={save} />
          <DownloadSettings settings={settings} save={save} />
          <DataSettings />
          <MoreLinks />
        </div>
      ) : (
        <Spinner label={common.loading} />
      )}
      <p role="status" className="saved-note">
        {saved > 0 && (
          <span key={saved}>
            <Icon name="check" />
            {words.savedNote}
          </span>
        )}
      </p>
    </Page>
  );
}
