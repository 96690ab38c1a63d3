/** Every keyboard shortcut. */
import { useTexts } from '../../i18n/texts.ts';

export function ShortcutsView() {
  const { common } = useTexts();
  return <h1>{common.shortcuts}</h1>;
}
