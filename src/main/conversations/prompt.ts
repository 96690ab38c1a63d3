/** What the engine is to read for the next answer: the messages since the last state that the loaded model can use. */
import type { EngineApi } from '../../engine/api/contract.ts';
import type { ReplayAhead } from '../api/conversations.ts';
import type { StoredMessage } from './rows.ts';

type AnswerRequest = Parameters<EngineApi['answer']>[0];
export type Prompt = Pick<AnswerRequest, 'messages'> & { readonly base?: string };
export type ReplayReason = ReplayAhead['reason'];

/** The place in a branch of the last state that a model can use; -1 where there is none. */
export const lastUsableState = (branch: readonly StoredMessage[], fingerprint: string): number =>
  branch.findLastIndex(({ snapshotId, modelFingerprint }) => snapshotId !== null && modelFingerprint === fingerprint);

/** @param branch everything before the answer, the question last */
export function promptAfter(branch: readonly StoredMessage[], at: number, systemPrompt: string): Prompt {
  const base = branch[at]?.snapshotId ?? undefined;
  const messages = branch.slice(at + 1).filter(isToBeRead);
  const read = messages.map(({ role, text }) => ({ role, text }));
  if (base !== undefined) return { base, messages: read };
  return { messages: systemPrompt.trim() === '' ? read : [{ role: 'system', text: systemPrompt }, ...read] };
}

/** An answer that failed before its first word was never part of the conversation. */
const isToBeRead = ({ role, status, text }: StoredMessage): boolean =>
  !(role === 'assistant' && status === 'failed' && text === '');

/** Why a branch has to be read again from its beginning. */
export const replayReason = (branch: readonly StoredMessage[]): ReplayReason =>
  branch.some(({ hasState }) => hasState) ? 'other-model' : 'no-state';
