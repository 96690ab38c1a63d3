/** What the next turn of a conversation has to read again, for saying so before it is asked for. */
import type { EngineAccess } from '../engineAccess.ts';
import type { ReplayAhead, RereadAhead } from '../api/conversations.ts';
import type { ConversationStore } from './conversationStore.ts';
import { lastUsableState, promptAfter, replayReason, type Prompt } from './prompt.ts';

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
  const { store, engine } = parts;
  const branch = store.branch(conversationId, store.head(conversationId));
  const { model } = engine;
  if (!model || lastUsableState(branch, model.fingerprint) >= 0) return null;
  const { systemPrompt, replayable } = store.basics(conversationId);
  const { messages } = promptAfter(branch, -1, systemPrompt);
  if (!messages.some(({ role }) => role === 'assistant')) return null;
  const modelName = branch.findLast(({ hasState }) => hasState)?.modelName ?? null;
  return { reason: replayReason(branch), modelName, ...(await costOf(parts, messages)), whole: replayable };
}

/**
 * What going on after a message whose state is not kept takes: reading what was said since the nearest state before it.
 * Null where its state can be used, and without a model.
 * @throws AppError `not-found`; EngineError `invalid-argument`
 */
export async function rereadAhead(
  parts: ReplayAheadParts,
  conversationId: string,
  messageId: string,
): Promise<RereadAhead | null> {
  const { store, engine } = parts;
  const branch = store.branch(conversationId, messageId);
  const { model } = engine;
  if (!model) return null;
  const at = lastUsableState(branch, model.fingerprint);
  if (at === branch.length - 1) return null;
  const { systemPrompt, replayable } = store.basics(conversationId);
  const { messages } = promptAfter(branch, at, systemPrompt);
  return { ...(await costOf(parts, messages)), whole: at >= 0 || replayable };
}

async function costOf(
  { engine, secondsFor }: ReplayAheadParts,
  messages: Prompt['messages'],
): Promise<Pick<RereadAhead, 'tokens' | 'seconds'>> {
  const tokens = await engine.api.countTokens({ text: messages.map(({ text }) => text).join('\n\n') });
  return { tokens, seconds: secondsFor(tokens) };
}
