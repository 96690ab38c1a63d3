/** What was deleted and can be brought back. */
import { useTexts } from '../../i18n/texts.ts';

export function BinView() {
  const { common } = useTexts();
  return <h1>{common.bin}</h1>;
}
