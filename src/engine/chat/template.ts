/**
 * Turns messages into the prompt that RWKV World and G1 models were trained on: `User: …\n\nAssistant: …\n\n`. Source:
 * RWKV-LM, RWKV7-G1x-templates.txt.
 */
import { EngineError } from '../api/errors.ts';
import { THINK_TAILS, withoutThought, type ThinkMode } from './thinking.ts';

export interface Message {
  readonly role: 'system' | 'user' | 'assistant';
  readonly text: string;
}

export interface PromptOptions {
  /** Default `off`. */
  readonly think?: ThinkMode | undefined;
}

/** A blank line ends a turn. */
export const TURN_END = '\n\n';

/** Where the model begins to answer: without a space, which the model's own first token brings. */
export const ANSWER_START = 'Assistant:';

/**
 * Texts that end an answer, which may itself hold blank lines; token 0 ends it, too. `User` goes without its colon, so
 * that the token that completes the stop is not yet read. The other two are rare, and ordinary without a colon ("System
 * requirements"). While the model thinks, they do not count: see `StopMatcherOptions.after`.
 */
export const ANSWER_STOPS: readonly string[] = ['\n\nUser', '\n\nSystem:', '\n\nAssistant:'];

/**
 * A text as it may stand inside a turn: one kind of line end, blank lines removed (a blank line would end the turn), no
 * white space at either end.
 */
export function cleanTurnText(text: string): string {
  return text
    .replace(/\r\n?/gu, '\n')
    .replace(/\n(?:[^\S\n]*\n)+/gu, '\n')
    .trim();
}

/**
 * One turn with the blank line that ends it. Answers keep their blank lines and lose their thought. An answer that is
 * empty then leaves the role alone.
 */
export function renderTurn({ role, text }: Message): string {
  switch (role) {
    case 'system':
      return `System: ${cleanTurnText(text)}${TURN_END}`;
    case 'user':
      return `User: ${cleanTurnText(text)}${TURN_END}`;
    case 'assistant':
      return `${`${ANSWER_START} ${withoutThought(text)}`.trimEnd()}${TURN_END}`;
  }
}

/**
 * A whole conversation, up to where the model answers its last message.
 * @throws EngineError `invalid-argument` when the last message is not the user's
 */
export function renderPrompt(messages: readonly Message[], options: PromptOptions = {}): string {
  if (messages.at(-1)?.role !== 'user')
    throw new EngineError('invalid-argument', 'There is nothing to answer: the last message must be the user’s.', {
      nextStep: 'Add the user’s message.',
    });
  return messages.map(renderTurn).join('') + renderAnswerStart(options);
}

/**
 * The user's next turn for a session that has read everything up to and including the last answer, but not the blank
 * line after it (a session never reads the stop text).
 */
export function renderNextTurn(text: string, options: PromptOptions = {}): string {
  return TURN_END + renderPrompt([{ role: 'user', text }], options);
}

const renderAnswerStart = ({ think = 'off' }: PromptOptions): string => ANSWER_START + THINK_TAILS[think];
