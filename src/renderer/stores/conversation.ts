/**
 * One conversation as the window shows it. Pieces of the answer under way are joined for each frame and change `open`
 * only; the messages change when a turn begins and when it ends.
 */
import { createStore, type StoreApi } from 'zustand/vanilla';
import type { AppApi } from '../../main/api/contract.ts';
import type { Conversation, Message, MessageBasis, TurnEvent } from '../../main/api/conversations.ts';
import { branchTo, latestBelow } from './branch.ts';
import { createDraft, type Draft } from './draft.ts';

export interface OpenAnswer {
  readonly id: string;
  readonly text: string;
  readonly thought: string;
  /** Milliseconds, once the thinking is over; null before, and where there is none. */
  readonly thoughtMs: number | null;
  readonly basis: MessageBasis | null;
  /** How far the prompt was read; undefined before and after. */
  readonly prompt: { readonly done: number; readonly total: number } | undefined;
  readonly replay: Extract<TurnEvent, { type: 'replay' }> | undefined;
}

export interface ConversationState {
  readonly conversation: Conversation | undefined;
  /** The branch that is shown. */
  readonly branch: readonly Message[];
  /** Why it could not be opened. */
  readonly loadError: unknown;
  /** A turn was asked for; `open` comes with its first event. */
  readonly busy: boolean;
  /** The words of the turn that was asked for, until they are stored; undefined for another version of an answer. */
  readonly asked: string | undefined;
  readonly open: OpenAnswer | undefined;
  /** Why the last turn failed before anything of it was stored. */
  readonly turnError: unknown;
  /** Counts the answers that came to their end here, for telling so. */
  readonly finished: number;
}

export type StartTurn = (signal: AbortSignal) => AsyncIterable<TurnEvent>;

export type ConversationStore = StoreApi<ConversationState> & {
  readonly id: string;
  readonly draft: Draft;
  reload(): Promise<void>;
  /** Runs a turn. @returns whether it began, that is, whether what was asked is stored */
  run(start: StartTurn, asked?: string): Promise<boolean>;
  /** Says something at the end of the branch. @returns whether it is stored */
  send(text: string): Promise<boolean>;
  /** Says something else instead of a message of the user's. */
  edit(message: Message, text: string): Promise<boolean>;
  regenerate(messageId: string): Promise<boolean>;
  stop(): void;
  /** Shows the branch below a version. */
  showVersion(messageId: string): Promise<void>;
  change(patch: Parameters<AppApi['changeConversation']>[0]['patch']): Promise<void>;
};

export interface ConversationOptions {
  readonly app: AppApi;
  readonly id: string;
  /** Calls back before the next frame is drawn. */
  readonly nextFrame: (run: () => void) => void;
}

const EMPTY: ConversationState = {
  ...{ conversation: undefined, branch: [], loadError: undefined, busy: false, open: undefined, turnError: undefined },
  ...{ asked: undefined, finished: 0 },
};

export function createConversationStore({ app, id, nextFrame }: ConversationOptions): ConversationStore {
  const store = createStore<ConversationState>(() => EMPTY);
  const draft = createDraft((text) => app.changeConversation({ id, patch: { draft: text } }));
  const show = (conversation: Conversation): void =>
    store.setState({
      conversation,
      branch: branchTo(conversation.messages, conversation.headId),
      loadError: undefined,
    });
  const change: ConversationStore['change'] = async (patch) => {
    const { conversation } = store.getState();
    const known = Object.fromEntries(Object.entries(patch).filter(([, value]) => value !== undefined));
    if (conversation) show({ ...conversation, ...known });
    await app.changeConversation({ id, patch });
  };
  const reload = async (): Promise<void> => {
    try {
      const conversation = await app.getConversation({ id });
      // The turn under way knows more than what is stored.
      if (store.getState().busy) return;
      show(conversation);
      draft.offer(conversation.draft);
    } catch (loadError) {
      store.setState({ loadError });
    }
  };
  const turns = createTurns({ store, draft, show, nextFrame });
  const run = async (start: StartTurn, asked?: string): Promise<boolean> => {
    const { began, ended } = await turns.run(start, asked);
    // What is stored of a turn that broke off is known to the main side only.
    if (!ended) await reload();
    return began;
  };
  const headId = (): string | null => store.getState().conversation?.headId ?? null;
  const say = (parentId: string | null, text: string): Promise<boolean> =>
    run((signal) => app.send({ conversationId: id, parentId, text }, signal), text);
  return Object.assign(store, {
    ...{ id, draft, reload, run, change, stop: turns.stop },
    send: (text: string) => say(headId(), text),
    edit: (message: Message, text: string) => say(message.parentId, text),
    regenerate: (messageId: string) => run((signal) => app.regenerate({ conversationId: id, messageId }, signal)),
    showVersion: async (messageId: string) => {
      const { conversation } = store.getState();
      if (conversation) await change({ headId: latestBelow(conversation.messages, messageId) });
    },
  });
}

interface TurnOptions extends Pick<ConversationOptions, 'nextFrame'> {
  readonly store: StoreApi<ConversationState>;
  readonly draft: Draft;
  readonly show: (conversation: Conversation) => void;
}

interface Turns {
  run(start: StartTurn, asked: string | undefined): Promise<{ readonly began: boolean; readonly ended: boolean }>;
  stop(): void;
}

/** Runs one turn at a time and puts its events into the store. */
function createTurns({ store, draft, show, nextFrame }: TurnOptions): Turns {
  let abort: AbortController | undefined;
  /** What came since the last frame; undefined when no frame is asked for. */
  let pending: { text: string; thought: string } | undefined;
  let thinkingSince: number | undefined;

  const patchOpen = (patch: Partial<OpenAnswer>): void =>
    store.setState(({ open }) => ({ open: open && { ...open, ...patch } }));
  const flush = (): void => {
    const { open } = store.getState();
    if (!pending || !open) return;
    const { text, thought } = pending;
    pending = undefined;
    patchOpen({ text: open.text + text, thought: open.thought + thought, prompt: undefined });
  };
  const append = (kind: 'text' | 'thought', piece: string): void => {
    if (!pending) nextFrame(flush);
    pending ??= { text: '', thought: '' };
    pending[kind] += piece;
    if (kind === 'thought') thinkingSince ??= performance.now();
    else noteThinking();
  };
  const noteThinking = (): void => {
    if (thinkingSince === undefined) return;
    patchOpen({ thoughtMs: performance.now() - thinkingSince });
    thinkingSince = undefined;
  };
  const begin = (user: Message | undefined, answer: Message): void => {
    draft.settle();
    store.setState({ asked: undefined });
    const { conversation } = store.getState();
    if (!conversation) return;
    const messages = [...conversation.messages, ...(user ? [user] : []), answer];
    const { id, text, thought, thoughtMs, basis } = answer;
    store.setState({ open: { ...{ id, text, thought, thoughtMs, basis }, prompt: undefined, replay: undefined } });
    show({ ...conversation, messages, headId: answer.id });
  };
  const finish = (answer: Message): void => {
    pending = undefined;
    const { conversation, finished } = store.getState();
    store.setState({ open: undefined, finished: finished + 1 });
    if (!conversation) return;
    show({ ...conversation, messages: conversation.messages.map((old) => (old.id === answer.id ? answer : old)) });
  };
  const take = (event: TurnEvent): void => {
    switch (event.type) {
      case 'begun':
        return begin(event.user, event.answer);
      case 'replay':
        return patchOpen({ replay: event });
      case 'prompt':
        return patchOpen({ prompt: { done: event.done, total: event.total } });
      case 'basis':
        return patchOpen({ basis: event.basis });
      case 'thought':
      case 'text':
        return append(event.type, event.text);
      case 'end':
        return finish(event.answer);
    }
  };
  const run: Turns['run'] = async (start, asked) => {
    if (store.getState().busy) return { began: false, ended: true };
    const mine = (abort = new AbortController());
    let [began, ended] = [false, false];
    store.setState({ busy: true, asked, turnError: undefined });
    try {
      for await (const event of start(mine.signal)) {
        began ||= event.type === 'begun';
        ended ||= event.type === 'end';
        take(event);
      }
    } catch (turnError) {
      // Stopped before it began: nothing happened, and nothing needs to be said.
      if (!mine.signal.aborted) store.setState({ turnError });
    }
    pending = undefined;
    thinkingSince = undefined;
    store.setState({ busy: false, asked: undefined, open: undefined });
    return { began, ended };
  };
  return { run, stop: () => abort?.abort() };
}
