/** Which answers the user can save the state after. */
import type { Message } from '../../../main/api/conversations.ts';
import type { ConversationState } from '../../stores/conversation.ts';

/** An answer that came to its end, also where the user ended it: the next turn goes on from exactly that. */
export const isSavable = ({ role, status }: Message): boolean =>
  role === 'assistant' && (status === 'finished' || status === 'stopped');

/** The last such answer of the branch that is shown; undefined while the next one is being written. */
export const lastSavable = ({ branch, busy }: Pick<ConversationState, 'branch' | 'busy'>): Message | undefined =>
  busy ? undefined : branch.findLast(isSavable);
