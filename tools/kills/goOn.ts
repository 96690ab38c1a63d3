/** Goes on from a saved state, always in the same way, so that what it says tells whether the state is the same. */
import type { AppApi } from '../../src/main/api/contract.ts';
import type { Conversation, Message } from '../../src/main/api/conversations.ts';
import type { Ledger } from './ledger.ts';

/** The answer to the same words after `conversation`, from its state. @throws Error when that cannot be used */
export async function goOn(
  app: AppApi,
  { id, headId }: Pick<Conversation, 'id' | 'headId'>,
  signal?: AbortSignal,
): Promise<Message> {
  await app.changeConversation({ id, patch: { sampling: { preset: 'greedy', custom: null } } });
  for await (const event of app.send({ conversationId: id, parentId: headId, text: 'Go on.' }, signal)) {
    if (event.type === 'replay') throw new Error(`its state could not be used: ${event.reason}`);
    if (event.type === 'end' && event.answer.status === 'finished') return event.answer;
  }
  throw new Error('the answer was not finished');
}

/** Opens states of the library and goes on from each: says where one does not, or not as it did before. */
export async function stateViolations(app: AppApi, ledger: Ledger, ids: readonly string[]): Promise<string[]> {
  const found: string[] = [];
  for (const id of ids) {
    try {
      const conversation = await app.openState({ id });
      const { text } = await goOn(app, conversation);
      const expected = ledger.continuation(id, text);
      if (text !== expected) found.push(`state ${id} goes on with "${text}" instead of "${expected}"`);
      await app.deleteConversations({ ids: [conversation.id] });
      await app.purgeConversations({ ids: [conversation.id] });
    } catch (error) {
      found.push(`state ${id}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  return found;
}
