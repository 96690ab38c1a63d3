/** Above the message field where no state can be gone on from: why, and what reading the chat again takes. */
import { useTexts } from '../../i18n/texts.ts';
import type { ConversationStore } from '../../stores/conversation.ts';
import { useReplayAhead } from './useReplayAhead.ts';
import { useRereadWords } from './useRereadWords.ts';

export function ReplayNotice({ store }: { readonly store: ConversationStore }) {
  const { chat } = useTexts();
  const rereadWords = useRereadWords();
  const ahead = useReplayAhead(store);
  if (!ahead) return null;
  const { reason, modelName } = ahead;
  const words = chat.replayAhead;
  const why = reason === 'other-model' && modelName !== null ? words.otherModel(modelName) : words.noState;
  return (
    <p className="model-notice" role="status">
      {[why, rereadWords(ahead, words)].join(words.between)}
    </p>
  );
}
