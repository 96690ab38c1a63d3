/** One document: its reading, its summaries, questions about it. */
import { useTexts } from '../../i18n/texts.ts';

export interface DocumentViewProps {
  readonly id: string;
  readonly section?: number | undefined;
}

export function DocumentView({ id }: DocumentViewProps) {
  const { common } = useTexts();
  return <h1 data-id={id}>{common.documents}</h1>;
}
