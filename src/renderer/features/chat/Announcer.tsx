/** Tells screen readers when an answer is finished; its pieces would only talk over each other. */
import { useStore } from 'zustand/react';
import { useTexts } from '../../i18n/texts.ts';
import type { ConversationStore } from '../../stores/conversation.ts';

export function Announcer({ store }: { readonly store: ConversationStore }) {
  const { chat } = useTexts();
  const finished = useStore(store, (state) => state.finished);
  const status = useStore(store, ({ branch }) => branch.at(-1)?.status);
  const words = { stopped: chat.answerStopped, failed: chat.answerFailed }[String(status)] ?? chat.answerDone;
  return (
    <p role="status" className="visually-hidden">
      {/* A new element each time, so that the same words are read again. */}
      {finished > 0 && <span key={finished}>{words}</span>}
    </p>
  );
}
