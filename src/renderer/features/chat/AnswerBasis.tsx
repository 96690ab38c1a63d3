/** What an answer about a document rests on: the model's memory of it, or passages that were read again. */
import type { MessageBasis } from '../../../main/api/conversations.ts';
import { useFormat } from '../../i18n/format.ts';
import { shownSectionTitle } from '../../i18n/sectionTitle.ts';
import { useTexts } from '../../i18n/texts.ts';
import { Icon } from '../../ui/icons.tsx';

export interface AnswerBasisProps {
  readonly basis: MessageBasis;
  /** The document's, when it is not clear from the view. */
  readonly title?: string;
  readonly onShowPassage?: ((startByte: number, endByte: number) => void) | undefined;
}

export function AnswerBasis({ basis: { basis, pages, documentTokens }, title = '', onShowPassage }: AnswerBasisProps) {
  const { chat, documents } = useTexts();
  const tokens = useTokenWords(basis.mode, documentTokens);
  if (basis.mode === 'memory')
    return (
      <p className="basis">
        <Icon name="bulb" />
        <span>{chat.basis.memory(title)}</span>
        <span className="basis-tokens">{tokens}</span>
      </p>
    );
  return (
    <div className="basis">
      <Icon name="book" />
      <span>{chat.basis.reread}</span>
      <ul>
        {basis.passages.map(({ index, sectionTitle, startByte, endByte }, place) => {
          const range = pages?.[place];
          const section = shownSectionTitle(sectionTitle, documents);
          const words = range ? chat.basis.page(range.first, range.last) : chat.basis.section(section);
          return (
            <li key={index}>
              {onShowPassage ? (
                <button
                  type="button"
                  className="text-link"
                  title={`${chat.basis.show}: ${section}`}
                  onClick={() => onShowPassage(startByte, endByte)}
                >
                  {words}
                </button>
              ) : (
                <span title={section}>{words}</span>
              )}
            </li>
          );
        })}
      </ul>
      {tokens !== '' && <span className="basis-tokens">{tokens}</span>}
    </div>
  );
}

/** How much of the document was read again; with passages that is known at the end of the answer. */
function useTokenWords(mode: MessageBasis['basis']['mode'], tokens: number): string {
  const { documents } = useTexts();
  const format = useFormat();
  if (mode === 'memory') return documents.noneReread;
  return tokens === 0 ? '' : documents.rereadTokens(format.count(tokens));
}
