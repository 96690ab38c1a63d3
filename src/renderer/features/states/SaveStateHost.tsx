/** Shows the dialog for saving a state while one is asked for. */
import { useStore } from 'zustand/react';
import { useServices } from '../../services.ts';
import { isGone } from '../../stores/stateSaving.ts';
import { SaveStateDialog } from './SaveStateDialog.tsx';
import { StateGoneDialog } from './StateGoneDialog.tsx';

export function SaveStateHost() {
  const { stateSaving } = useServices();
  const state = useStore(stateSaving);
  const { request } = state;
  if (!request) return null;
  if (request.of.kind === 'message' && isGone(state))
    return <StateGoneDialog conversationId={request.of.conversationId} messageId={request.of.messageId} />;
  return <SaveStateDialog key={JSON.stringify(request.of)} request={request} />;
}
