/** What the app stores and whom it contacts. */
import { useTexts } from '../../i18n/texts.ts';

export function PrivacyView() {
  const { common } = useTexts();
  return <h1>{common.privacy}</h1>;
}
