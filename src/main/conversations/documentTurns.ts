/** Questions and answers about a document, written into its conversation. */
import type { AnswerEnding, TurnWriter } from '../conversationAccess.ts';
import { busy } from '../errors.ts';
import { transaction } from '../store/database.ts';
import { storeEnding } from './answerWriter.ts';
import type { ConversationStore } from './conversationStore.ts';
import { shown } from './rows.ts';

/** `begin` fails with AppError `busy` while another question about the document is being answered. */
export function documentTurns(store: ConversationStore): TurnWriter {
  /** Answers that are being written, by conversation. */
  const underWay = new Map<string, string>();
  return {
    begin: (conversationId, text) => {
      if (underWay.has(conversationId)) throw busy();
      const turn = transaction(store.db, () => {
        store.settleLeftovers(conversationId);
        const parentId = store.head(conversationId);
        const think = 'off';
        const user = store.append(conversationId, { parentId, role: 'user', text, status: 'finished', think });
        const answer = store.append(conversationId, {
          ...{ parentId: user.id, role: 'assistant', text: '', status: 'writing', think },
        });
        return { user: shown(user), answer: shown(answer) };
      });
      underWay.set(conversationId, turn.answer.id);
      return turn;
    },
    keep: (answerId, text) => void store.changeMessage(answerId, { text }),
    finish: (answerId, ending: AnswerEnding) => {
      for (const [conversationId, id] of underWay) if (id === answerId) underWay.delete(conversationId);
      return shown(storeEnding(store, answerId, ending));
    },
  };
}
