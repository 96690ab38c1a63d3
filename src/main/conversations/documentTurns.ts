/** Questions and answers about a document, written into its conversation. */
import type { AnswerEnding, TurnWriter } from '../conversationAccess.ts';
import { transaction } from '../store/database.ts';
import type { ConversationStore } from './conversationStore.ts';
import { shown } from './rows.ts';

export const documentTurns = (store: ConversationStore): TurnWriter => ({
  begin: (conversationId, text) =>
    transaction(store.db, () => {
      const parentId = store.get(conversationId).headId;
      const think = 'off';
      const user = store.append(conversationId, { parentId, role: 'user', text, status: 'finished', think });
      const answer = store.append(conversationId, {
        ...{ parentId: user.id, role: 'assistant', text: '', status: 'writing', think },
      });
      return { user: shown(user), answer: shown(answer) };
    }),
  keep: (answerId, text) => void store.changeMessage(answerId, { text }),
  finish: (answerId, ending: AnswerEnding) => shown(store.changeMessage(answerId, ending)),
});
