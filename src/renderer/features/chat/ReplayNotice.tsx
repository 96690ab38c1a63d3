/** Above the message field where no state can be gone on from: why, and what reading the chat again takes. */
import { useFormat } from '../../i18n/format.ts';
import { useTexts } from '../../i18n/texts.ts';
import type { ConversationStore } from '../../stores/conversation.ts';
import { useReplayAhead } from './useReplayAhead.ts';

export function ReplayNotice({ store }: { readonly store: ConversationStore }) {
  const { chat } = useTexts();
  const format = useFormat();
  const ahead = useReplayAhead(store);
  if (!ahead) return null;
  const { reason, modelName, tokens, seconds, whole } = ahead;
  const words = chat.replayAhead;
  const why = reason === 'other-model' && modelName !== null ? words.otherModel(modelName) : words.noState;
  const count = format.count(tokens);
  const cost = seconds === null ? words.cost(count) : words.costAndTime(count, format.duration(Math.max(1, seconds)));
  return (
    <p className="model-notice" role="status">
      {[why, cost, ...(whole ? [] : [words.lost])].join(words.between)}
    </p>
  );
}
