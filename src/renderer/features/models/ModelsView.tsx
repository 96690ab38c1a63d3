/** Models on this machine, the catalogue and downloads. */
import { useTexts } from '../../i18n/texts.ts';

export function ModelsView() {
  const { common } = useTexts();
  return <h1>{common.models}</h1>;
}
