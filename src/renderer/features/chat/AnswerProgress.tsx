/** What happens before the first word: reading the prompt, or the whole conversation again. */
import { useFormat } from '../../i18n/format.ts';
import { useTexts } from '../../i18n/texts.ts';
import type { OpenAnswer } from '../../stores/conversation.ts';
import { ProgressBar } from '../../ui/ProgressBar.tsx';

export function AnswerProgress({ open: { prompt, replay, text, thought } }: { readonly open: OpenAnswer }) {
  const { chat } = useTexts();
  const format = useFormat();
  if (text !== '' || thought !== '') return null;
  const fraction = prompt && prompt.total > 0 ? prompt.done / prompt.total : undefined;
  const words = fraction === undefined ? chat.preparing : chat.reading(format.percent(fraction));
  return (
    <div className="answer-progress">
      {replay && <p className="message-note">{chat.replay[replay.reason]}</p>}
      <p>{words}</p>
      <ProgressBar fraction={fraction} label={words} />
    </div>
  );
}
