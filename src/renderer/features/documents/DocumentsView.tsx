/** All documents. */
import { useTexts } from '../../i18n/texts.ts';

export function DocumentsView() {
  const { common } = useTexts();
  return <h1>{common.documents}</h1>;
}
