/** Tells a model's thought, between `<think>` and `</think>`, from its answer. Both are ordinary text to the model. */

/** Whether the model reasons before it answers: not at all, with an empty thought (fast answers), or in full. */
export type ThinkMode = 'off' | 'fast' | 'full';

export const THOUGHT_START = '<think>';
export const THOUGHT_END = '</think>';

/**
 * What follows `Assistant:` at the end of a prompt. The tags are left open, so that the model itself chooses the token
 * that joins `>` with what comes next. Source: RWKV-LM, RWKV7-G1x-templates.txt.
 */
export const THINK_TAILS: Readonly<Record<ThinkMode, string>> = {
  off: '',
  fast: ' <think>\n</think',
  full: ' <think',
};

export interface ThinkingParts {
  readonly thought: string;
  readonly answer: string;
}

/**
 * Splits what a model writes after a prompt that ended with `THINK_TAILS[mode]`. White space around the thought and
 * before the answer is left out. A thought that was cut off has no answer.
 */
export function splitThinking(text: string, mode: ThinkMode): ThinkingParts {
  const splitter = new ThinkingSplitter(mode);
  const parts = splitter.push(text);
  const rest = splitter.flush();
  return { thought: parts.thought + rest.thought, answer: parts.answer + rest.answer };
}

/** The same for a stream: the parts of all pieces joined are those of the whole, however it is cut. */
export class ThinkingSplitter {
  /** `start`: before `<think>` or the first word of an answer; `gap`: between a thought and its answer. */
  #place: 'start' | 'thought' | 'gap' | 'answer';
  /** The prompt ended inside a tag, which the model completes with `>`. */
  #insideTag: boolean;
  /** Text that waits for what follows: white space, or what may be the beginning of a tag. */
  #held = '';
  #thoughtBegun = false;

  constructor(mode: ThinkMode) {
    this.#place = ({ off: 'start', fast: 'gap', full: 'thought' } as const)[mode];
    this.#insideTag = mode !== 'off';
  }

  /** Takes the next piece; returns what it adds to either part. */
  push(piece: string): ThinkingParts {
    this.#held += piece;
    if (this.#insideTag && this.#held !== '') this.#leaveTag();
    if (this.#place === 'start') this.#passStart();
    const thought = this.#place === 'thought' ? this.#takeThought() : '';
    return { thought, answer: this.#takeAnswer() };
  }

  /** The answer ended: returns what was held back. */
  flush(): ThinkingParts {
    const rest = this.#held.trimEnd();
    this.#held = '';
    if (this.#place === 'thought') return { thought: this.#asThought(rest), answer: '' };
    return { thought: '', answer: rest.trimStart() };
  }

  #leaveTag(): void {
    this.#insideTag = false;
    if (this.#held.startsWith('>')) this.#held = this.#held.slice(1);
  }

  #passStart(): void {
    const text = this.#held.trimStart();
    if (text.startsWith(THOUGHT_START)) {
      this.#place = 'thought';
      this.#held = text.slice(THOUGHT_START.length);
    } else if (!THOUGHT_START.startsWith(text)) this.#place = 'gap';
  }

  #takeThought(): string {
    const end = this.#held.indexOf(THOUGHT_END);
    const length = end === -1 ? this.#held.length - heldLength(this.#held) : end;
    const thought = this.#held.slice(0, length);
    this.#held = this.#held.slice(length);
    if (end === -1) return this.#asThought(thought);
    this.#place = 'gap';
    this.#held = this.#held.slice(THOUGHT_END.length);
    return this.#asThought(thought.trimEnd());
  }

  /** Leaves out the white space before a thought's first word. */
  #asThought(text: string): string {
    const thought = this.#thoughtBegun ? text : text.trimStart();
    this.#thoughtBegun ||= thought !== '';
    return thought;
  }

  #takeAnswer(): string {
    if (this.#place === 'gap') {
      this.#held = this.#held.trimStart();
      if (this.#held !== '') this.#place = 'answer';
    }
    if (this.#place !== 'answer') return '';
    const answer = this.#held;
    this.#held = '';
    return answer;
  }
}

/** The length of the end of a thought that must wait: what may begin the closing tag, and white space before it. */
function heldLength(text: string): number {
  let tag = Math.min(text.length, THOUGHT_END.length - 1);
  while (tag > 0 && !THOUGHT_END.startsWith(text.slice(-tag))) tag--;
  return text.length - text.slice(0, text.length - tag).trimEnd().length;
}

/** The answer alone, for the history: thoughts of earlier turns are dropped, as the models were trained to expect. */
export function withoutThought(text: string): string {
  const end = text.lastIndexOf(THOUGHT_END);
  if (end !== -1) return text.slice(end + THOUGHT_END.length).trim();
  return text.trimStart().startsWith(THOUGHT_START) ? '' : text.trim();
}
