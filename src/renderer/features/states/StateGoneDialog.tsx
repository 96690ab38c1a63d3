/** Says why the state after an answer cannot be saved, and what getting it back takes. */
import { useEffect, useState } from 'react';
import type { RereadAhead } from '../../../main/api/conversations.ts';
import { useTexts } from '../../i18n/texts.ts';
import { useAppState, useServices } from '../../services.ts';
import { Button } from '../../ui/Button.tsx';
import { Dialog } from '../../ui/Dialog.tsx';
import { useFork } from '../chat/useFork.ts';
import { useRereadWords } from '../chat/useRereadWords.ts';

interface Props {
  readonly conversationId: string;
  readonly messageId: string;
}

export function StateGoneDialog(props: Props) {
  const { states, chat, common } = useTexts();
  const { stateSaving } = useServices();
  const fork = useFork();
  const cost = useCost(props);
  const onFork = (): void => {
    stateSaving.close();
    fork(props.conversationId, props.messageId);
  };
  const actions = (
    <>
      <Button onClick={stateSaving.close}>{common.cancel}</Button>
      <Button kind="primary" icon="fork" onClick={onFork}>
        {chat.fork}
      </Button>
    </>
  );
  return (
    <Dialog title={states.goneTitle} onClose={stateSaving.close} actions={actions}>
      <p>{states.goneWhy}</p>
      <p>{states.goneWay}</p>
      <p role="status">{cost}</p>
    </Dialog>
  );
}

/** In words what reading again takes; undefined until it is known. */
function useCost({ conversationId, messageId }: Props): string | undefined {
  const { states } = useTexts();
  const { app } = useServices();
  const rereadWords = useRereadWords();
  const loaded = useAppState(({ engine }) => engine.type === 'loaded');
  const [ahead, setAhead] = useState<RereadAhead>();
  useEffect(() => {
    if (!loaded) return;
    const abort = new AbortController();
    const ask = async (): Promise<void> => {
      // Without an answer nothing is said: the turn itself tells what it does.
      const answer = await app.rereadAhead({ conversationId, messageId }, abort.signal).catch(() => null);
      if (!abort.signal.aborted) setAhead(answer ?? undefined);
    };
    void ask();
    return () => abort.abort();
  }, [app, loaded, conversationId, messageId]);
  if (!loaded) return states.goneCostUnknown;
  if (!ahead) return undefined;
  return rereadWords(ahead, { cost: states.goneCost, costAndTime: states.goneCostAndTime });
}
