/** The library of saved states. */
import { useTexts } from '../../i18n/texts.ts';

export function StatesView() {
  const { common } = useTexts();
  return <h1>{common.states}</h1>;
}
