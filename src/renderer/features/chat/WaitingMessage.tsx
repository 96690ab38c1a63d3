/** Above the message field while a model is being loaded: what is sent as soon as it is ready, and how to take it back. */
import { useStore } from 'zustand/react';
import { useTexts } from '../../i18n/texts.ts';
import { useAppState } from '../../services.ts';
import type { ConversationStore } from '../../stores/conversation.ts';
import { Button } from '../../ui/Button.tsx';
import { focusComposer } from './focusComposer.ts';

export function WaitingMessage({ store }: { readonly store: ConversationStore }) {
  const { chat, common } = useTexts();
  const loading = useAppState(({ engine }) => engine.type === 'loading' || engine.type === 'restarting');
  const waits = useStore(store, ({ busy, open }) => busy && open === undefined);
  const asked = useStore(store, (state) => state.asked);
  const shown = loading && waits;
  const onCancel = (): void => {
    store.stop();
    // The button goes; what was said comes back there.
    focusComposer();
  };
  return (
    <div className={shown ? 'model-notice waiting-message' : undefined}>
      {/* Always there: screen readers tell of what changes in it. */}
      <div role="status">
        {shown && <p>{asked === undefined ? chat.waitingAnswer : chat.waitingMessage}</p>}
        {shown && asked !== undefined && <p className="waiting-words">{asked}</p>}
      </div>
      {shown && <Button onClick={onCancel}>{common.cancel}</Button>}
    </div>
  );
}
