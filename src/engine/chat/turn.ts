/**
 * One turn in a session: reads what the user said, writes the answer, and leaves the session as if it had read the answer
 * without the thought before it, as the models were trained to go on.
 */
import { EngineError } from '../api/errors.ts';
import type { Sampling } from '../sampling/types.ts';
import type { GenerateEvent, Priority, Session } from '../session/types.ts';
import type { Tokenizer } from '../tokenizer/types.ts';
import { ANSWER_START, ANSWER_STOPS, renderTurn, TURN_END, type Message } from './template.ts';
import { THINK_TAILS, ThinkingSplitter, THOUGHT_END, withoutThought, type ThinkMode } from './thinking.ts';

export interface TurnOptions {
  readonly sampling: Sampling;
  readonly think: ThinkMode;
  readonly maxTokens: number;
  readonly signal?: AbortSignal | undefined;
  readonly priority?: Priority | undefined;
  /** Told while the prompt is read, and once when it is read to its end. */
  readonly onPrompt?: ((done: number, total: number) => void) | undefined;
  /** Told when all is written, before the thought is dropped. */
  readonly onWritten?: (() => void) | undefined;
}

/** A piece of the thought or of the answer. */
export interface TurnPiece {
  readonly type: 'thought' | 'text';
  readonly text: string;
}

export interface TurnResult {
  readonly end: Extract<GenerateEvent, { readonly type: 'end' }>;
  /** After the turn, the caller's to dispose; undefined when the turn was cancelled before its answer began. */
  readonly session: Session | undefined;
}

/** A turn that was cancelled before its answer began. */
const CANCELLED: TurnResult = {
  end: { type: 'end', reason: 'cancelled', stopText: undefined, tokens: 0 },
  session: undefined,
};

/**
 * Answers the last of `messages`, which the user wrote, in `session`: a new one, or one that has read everything before
 * them, up to the last answer. The session belongs to the turn; whoever wants to go back keeps a fork. A turn that fails
 * or is left early disposes it.
 * @throws EngineError `invalid-argument` when the last message is not the user's, and whatever sessions throw
 */
export async function* answerTurn(
  session: Session,
  messages: readonly Message[],
  tokenizer: Tokenizer,
  options: TurnOptions,
): AsyncGenerator<TurnPiece, TurnResult, undefined> {
  const { think, sampling, maxTokens, signal } = options;
  const control = { ...(signal && { signal }), ...(options.priority && { priority: options.priority }) };
  const owned = new Set([session]);
  try {
    const prompt = await readPrompt(session, messages, tokenizer, options, owned);
    if (!prompt) return CANCELLED;
    const splitter = new ThinkingSplitter(think);
    const stopAfter = think === 'full' ? THOUGHT_END : undefined;
    let written = '';
    let end: TurnResult['end'] = CANCELLED.end;
    for await (const event of session.generate({ sampling, stop: ANSWER_STOPS, stopAfter, maxTokens, ...control })) {
      const { thought, answer } = event.type === 'text' ? splitter.push(event.text) : splitter.flush();
      written += answer;
      if (thought !== '') yield { type: 'thought', text: thought };
      if (answer !== '') yield { type: 'text', text: answer };
      if (event.type === 'end') end = event;
    }
    options.onWritten?.();
    const after = prompt.beforeThought ?? session;
    // What was shown is kept even when the turn was cancelled, so this is not.
    if (after !== session) await after.prefill(tokenizer.encode(answerText(written)));
    owned.delete(after);
    return { end, session: after };
  } finally {
    for (const rest of owned) rest.dispose();
  }
}

/**
 * The texts of a prompt, each of which becomes tokens by itself: cut where a session was cut while the conversation went
 * on, so that reading it again gives the same tokens. Joined they are `renderPrompt`, or `renderNextTurn` when continued.
 * @param continued the session has read the turns before, but not the blank line after the last answer
 * @throws EngineError `invalid-argument` when the last message is not the user's
 */
export function promptTexts(messages: readonly Message[], continued: boolean): string[] {
  if (messages.at(-1)?.role !== 'user')
    throw new EngineError('invalid-argument', 'There is nothing to answer: the last message must be the user’s.', {
      nextStep: 'Add the user’s message.',
    });
  const texts: string[] = [];
  let text = continued ? TURN_END : '';
  for (const message of messages) {
    if (message.role !== 'assistant') text += renderTurn(message);
    else {
      texts.push(text + ANSWER_START, answerText(withoutThought(message.text)));
      text = TURN_END;
    }
  }
  return [...texts, text + ANSWER_START].filter((it) => it !== '');
}

/** As it follows the role. An empty answer leaves the role alone. */
const answerText = (answer: string): string => ` ${answer}`.trimEnd();

/**
 * Reads all up to where the answer begins. With a thought to come there is a fork from before it, which `owned` learns of.
 * Undefined when cancelled.
 */
async function readPrompt(
  session: Session,
  messages: readonly Message[],
  tokenizer: Tokenizer,
  { think, signal, priority, onPrompt }: TurnOptions,
  owned: Set<Session>,
): Promise<{ readonly beforeThought: Session | undefined } | undefined> {
  const tokens = encodeAll(tokenizer, promptTexts(messages, session.position > 0));
  const tail = tokenizer.encode(THINK_TAILS[think]);
  const total = tokens.length + tail.length;
  const control = { ...(signal && { signal }), ...(priority && { priority }) };
  try {
    await session.prefill(tokens, { ...control, onProgress: (done) => done < total && onPrompt?.(done, total) });
    let beforeThought: Session | undefined;
    if (think !== 'off') {
      beforeThought = session.fork();
      owned.add(beforeThought);
      await session.prefill(tail, control);
    }
    onPrompt?.(total, total);
    return { beforeThought };
  } catch (error) {
    if (!signal?.aborted || error !== signal.reason) throw error;
    return undefined;
  }
}

function encodeAll(tokenizer: Tokenizer, texts: readonly string[]): Uint32Array<ArrayBuffer> {
  const parts = texts.map((text) => tokenizer.encode(text));
  const tokens = new Uint32Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    tokens.set(part, at);
    at += part.length;
  }
  return tokens;
}
