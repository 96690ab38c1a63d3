/** Asks the main side what the next turn of a conversation would have to read again, whenever that may have changed. */
import { useEffect, useState } from 'react';
import { useStore } from 'zustand/react';
import type { ReplayAhead } from '../../../main/api/conversations.ts';
import { useAppState, useServices } from '../../services.ts';
import type { ConversationStore } from '../../stores/conversation.ts';

export function useReplayAhead(store: ConversationStore): ReplayAhead | undefined {
  const { app } = useServices();
  const [ahead, setAhead] = useState<ReplayAhead>();
  const busy = useStore(store, (state) => state.busy);
  // Made anew with every change of the branch and of the instructions.
  const conversation = useStore(store, (state) => state.conversation);
  const model = useAppState(({ engine }) => (engine.type === 'loaded' ? engine.model.fingerprint : undefined));
  const begun = conversation !== undefined && conversation.headId !== null;
  const wanted = begun && !busy && model !== undefined;
  useEffect(() => {
    if (!wanted) return;
    const abort = new AbortController();
    const ask = async (): Promise<void> => {
      // Without an answer nothing is said: the turn itself tells what it does.
      const answer = await app.replayAhead({ id: store.id }, abort.signal).catch(() => null);
      if (!abort.signal.aborted) setAhead(answer ?? undefined);
    };
    void ask();
    return () => abort.abort();
  }, [app, store, wanted, conversation, model]);
  return wanted ? ahead : undefined;
}
