/** The settings. */
import { useTexts } from '../../i18n/texts.ts';

export function SettingsView() {
  const { common } = useTexts();
  return <h1>{common.settings}</h1>;
}
