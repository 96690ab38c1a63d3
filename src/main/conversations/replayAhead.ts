/** What the next turn of a conversation has to read again, for saying so before it is asked for. */
import type { EngineAccess } from '../engineAccess.ts';
import type { ReplayAhead } from '../api/conversations.ts';
import type { ConversationStore } from './conversationStore.ts';
import { lastUsableState, promptAfter, replayReason } from './prompt.ts';

export interface ReplayAheadParts {
  readonly store: Pick<ConversationStore, 'head' | 'branch' | 'basics'>;
  readonly engine: EngineAccess;
  /** Seconds that reading so many tokens takes with the model that is loaded; null when unknown. */
  secondsFor(tokens: number): number | null;
}

/**
 * Null where a state can be gone on from, where nothing was answered yet, and without a model.
 * @throws AppError `not-found`
 */
export async function replayAhead(parts: ReplayAheadParts, conversationId: string): Promise<ReplayAhead | null> {
  const { store, engine, secondsFor } = parts;
  const branch = store.branch(conversationId, store.head(conversationId));
  const { model } = engine;
  if (!model || lastUsableState(branch, model.fingerprint) >= 0) return null;
  const { systemPrompt, replayable } = store.basics(conversationId);
  const { messages } = promptAfter(branch, -1, systemPrompt);
  if (!messages.some(({ role }) => role === 'assistant')) return null;
  const tokens = await engine.api.countTokens({ text: messages.map(({ text }) => text).join('\n\n') });
  const modelName = branch.findLast(({ hasState }) => hasState)?.modelName ?? null;
  return { reason: replayReason(branch), modelName, tokens, seconds: secondsFor(tokens), whole: replayable };
}
