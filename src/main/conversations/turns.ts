/**
 * Turns of a conversation: stores the question, has the engine answer, and stores the answer before its end is told.
 * Whatever happens on the way, what was shown is kept, and the next turn goes on from exactly that.
 */
import type { EngineApi } from '../../engine/api/contract.ts';
import { EngineError } from '../../engine/api/errors.ts';
import { faultOf } from '../../engine/api/rpc/remoteError.ts';
import type { Conversation, Message, ReplayAhead, RereadAhead, TurnEvent } from '../api/conversations.ts';
import { requireModel, type EngineAccess } from '../engineAccess.ts';
import { busy } from '../errors.ts';
import { transaction } from '../store/database.ts';
import { AnswerWriter } from './answerWriter.ts';
import type { ConversationStore, MessageChange } from './conversationStore.ts';
import { lastUsableState, promptAfter, replayReason, type Prompt } from './prompt.ts';
import { replayAhead, rereadAhead, type ReplayAheadParts } from './replayAhead.ts';
import { shown, type StoredMessage } from './rows.ts';
import { samplingForTurn } from './samplingOf.ts';
import { stateAfter } from './snapshotUse.ts';

type Think = Conversation['think'];
type EngineEvent = ReturnType<EngineApi['answer']> extends AsyncIterable<infer E> ? E : never;

export interface TurnsParts {
  readonly store: ConversationStore;
  readonly engine: EngineAccess;
  /** Tokens of an answer at most. */
  maxTokens(): number;
  /** An answer was stored: titles and thinning follow. */
  answered(conversationId: string): void;
  changed(conversationId: string): void;
  /** How fast the model that is loaded reads. */
  readonly speed: { measured(tokensPerSecond: number): void } & Pick<ReplayAheadParts, 'secondsFor'>;
}

/** A shorter prompt says more of the steps around the reading than of the reading. */
const TELLING_TOKENS = 512;

/** What makes a state useless: the turn then reads the transcript instead. */
const STATE_FAULTS: ReadonlySet<string> = new Set(['snapshot-missing', 'snapshot-unreadable', 'snapshot-mismatch']);
const isStateFault = (error: unknown): boolean => STATE_FAULTS.has(faultOf(error).code);

export class Turns {
  readonly #parts: TurnsParts;
  /** Conversations that are being answered. */
  readonly #busy = new Set<string>();

  constructor(parts: TurnsParts) {
    this.#parts = parts;
  }

  /** Something is being answered. */
  get active(): boolean {
    return this.#busy.size > 0;
  }

  /** @throws AppError `busy`, `not-found`; EngineError `model-unloaded`, `invalid-argument` */
  async *send(
    params: { conversationId: string; parentId: string | null; text: string; think?: Think | undefined },
    signal?: AbortSignal,
  ): AsyncGenerator<TurnEvent, void, undefined> {
    const { store } = this.#parts;
    const { conversationId, parentId, text } = params;
    if (text.trim() === '')
      throw new EngineError('invalid-argument', 'The message is empty.', { nextStep: 'Write something first.' });
    const conversation = store.get(conversationId);
    const before = store.branch(conversationId, parentId);
    yield* this.#exclusively(
      conversation,
      (think) => {
        const user = store.append(conversationId, { parentId, role: 'user', text, status: 'finished', think });
        return { branch: [...before, user], user: shown(user) };
      },
      params.think,
      signal,
    );
  }

  /** @throws as `send` */
  async *regenerate(
    params: { conversationId: string; messageId: string; think?: Think | undefined },
    signal?: AbortSignal,
  ): AsyncGenerator<TurnEvent, void, undefined> {
    const { store } = this.#parts;
    const conversation = store.get(params.conversationId);
    const branch = store.branch(params.conversationId, params.messageId).slice(0, -1);
    if (branch.at(-1)?.role !== 'user')
      throw new EngineError('invalid-argument', 'Only an answer can be written again.');
    yield* this.#exclusively(conversation, () => ({ branch }), params.think, signal);
  }

  /** @throws AppError `not-found` */
  replayAhead(conversationId: string): Promise<ReplayAhead | null> {
    return replayAhead(this.#aheadParts, conversationId);
  }

  /** @throws AppError `not-found`; EngineError `invalid-argument` */
  rereadAhead(conversationId: string, messageId: string): Promise<RereadAhead | null> {
    return rereadAhead(this.#aheadParts, conversationId, messageId);
  }

  get #aheadParts(): ReplayAheadParts {
    const { store, engine, speed } = this.#parts;
    return { store, engine, secondsFor: (tokens) => speed.secondsFor(tokens) };
  }

  async *#exclusively(
    conversation: Conversation,
    begin: (think: Think) => Beginning,
    wantedThink: Think | undefined,
    signal: AbortSignal | undefined,
  ): AsyncGenerator<TurnEvent, void, undefined> {
    const { id, think: usualThink } = conversation;
    requireModel(this.#parts.engine);
    if (this.#busy.has(id)) throw busy();
    this.#busy.add(id);
    try {
      const think = wantedThink ?? usualThink;
      yield* this.#answer(conversation, this.#begun(id, think, begin), signal);
    } finally {
      this.#busy.delete(id);
      this.#parts.changed(id);
    }
  }

  /** Stores the question and an answer that is still empty, both or neither. */
  #begun(conversationId: string, think: Think, begin: (think: Think) => Beginning): Begun {
    const { store, engine } = this.#parts;
    const { name: modelName, fingerprint: modelFingerprint } = requireModel(engine);
    return transaction(store.db, () => {
      // Nobody writes here now, so an answer under way is one whose end could not be stored.
      store.settleLeftovers(conversationId);
      const { branch, user } = begin(think);
      const parentId = branch.at(-1)?.id ?? null;
      const role = 'assistant';
      const answer = store.append(conversationId, {
        ...{ parentId, role, text: '', status: 'writing', think, modelName, modelFingerprint },
      });
      return { branch, user, answer, think, fingerprint: modelFingerprint };
    });
  }

  async *#answer(
    conversation: Conversation,
    { branch, user, answer, think, fingerprint }: Begun,
    signal: AbortSignal | undefined,
  ): AsyncGenerator<TurnEvent, void, undefined> {
    const { store } = this.#parts;
    const writer = new AnswerWriter(store, answer.id);
    try {
      yield { type: 'begun', ...(user && { user }), answer: shown(answer) };
      const turn = { conversation, branch, think, answerId: answer.id, fingerprint };
      for await (const event of this.#withoutBadState(turn, signal)) {
        if (event.type === 'end') writer.end(this.#endingOf(event, conversation));
        else {
          if (event.type === 'text' || event.type === 'thought') writer.add(event.type, event.text);
          yield event;
        }
      }
    } catch (error) {
      writer.end(signal?.aborted ? STOPPED : { status: 'failed', error: faultOf(error) });
    } finally {
      this.#settle(writer, conversation.id, answer.id);
    }
    if (writer.ended) yield { type: 'end', answer: writer.ended };
  }

  #settle(writer: AnswerWriter, conversationId: string, answerId: string): void {
    const { store, answered } = this.#parts;
    try {
      // Left by the caller in the middle.
      writer.end(STOPPED);
    } finally {
      // The engine may have saved a state of which it could not tell, or that is not wanted any more.
      if (!writer.ended?.hasState) store.disown(stateAfter(answerId));
    }
    answered(conversationId);
  }

  #endingOf({ reason, details, snapshot }: EndEvent, { id, systemPrompt }: Conversation): Ending {
    if (details.promptTokens >= TELLING_TOKENS) this.#parts.speed.measured(details.promptTokensPerSecond);
    // A prompt that was changed meanwhile is not what this state has read.
    const usable = this.#parts.store.basics(id).systemPrompt === systemPrompt;
    return {
      status: reason === 'cancelled' ? 'stopped' : 'finished',
      endReason: reason,
      details,
      snapshotId: usable ? (snapshot?.id ?? null) : null,
    };
  }

  /** Asks the engine; once more, with the whole transcript, when the state that it was to go on from is no good. */
  async *#withoutBadState(turn: Turn, signal: AbortSignal | undefined): AsyncGenerator<EngineEvent | Replay, void> {
    const { branch, conversation, fingerprint } = turn;
    const at = lastUsableState(branch, fingerprint);
    if (at < 0 && branch.length > 1)
      yield { type: 'replay', reason: replayReason(branch), messages: branch.length - 1 };
    try {
      yield* this.#ask(turn, promptAfter(branch, at, conversation.systemPrompt), signal);
      return;
    } catch (error) {
      if (at < 0 || !isStateFault(error)) throw error;
      const { replayable } = conversation;
      // States before it may be as bad: none of them is tried again, unless they alone hold what was read.
      this.#parts.store.dropStates(branch.slice(replayable ? 0 : at, at + 1).map(({ id }) => id));
      if (!replayable) throw error;
    }
    yield { type: 'replay', reason: 'damaged', messages: branch.length - 1 };
    yield* this.#ask(turn, promptAfter(branch, -1, conversation.systemPrompt), signal);
  }

  #ask(
    { conversation, think, answerId }: Turn,
    prompt: Prompt,
    signal: AbortSignal | undefined,
  ): AsyncIterable<EngineEvent> {
    const { engine, maxTokens } = this.#parts;
    const sampling = samplingForTurn(conversation.sampling, think);
    return engine.api.answer(
      { ...prompt, think, sampling, maxTokens: maxTokens(), saveAs: stateAfter(answerId) },
      signal,
    );
  }
}

type Replay = Extract<TurnEvent, { type: 'replay' }>;

type EndEvent = Extract<EngineEvent, { type: 'end' }>;
type Ending = Omit<MessageChange, 'text' | 'thought'>;

/** What is there before the answer, the question last; `user` is the question where it is new. */
interface Beginning {
  readonly branch: readonly StoredMessage[];
  readonly user?: Message;
}

interface Begun {
  readonly branch: readonly StoredMessage[];
  readonly user: Message | undefined;
  readonly answer: StoredMessage;
  readonly think: Think;
  readonly fingerprint: string;
}

interface Turn {
  readonly conversation: Conversation;
  readonly branch: readonly StoredMessage[];
  readonly think: Think;
  readonly answerId: string;
  readonly fingerprint: string;
}

const STOPPED = { status: 'stopped', endReason: 'cancelled' } as const;
