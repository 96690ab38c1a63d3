/** A conversation in one session, turn by turn. What the model thought is dropped after each turn, as it was trained. */
import { ANSWER_STOPS, renderNextTurn, renderPrompt, type Message } from '../chat/template.ts';
import { ThinkingSplitter, THOUGHT_END, type ThinkMode } from '../chat/thinking.ts';
import type { Sampling } from '../sampling/types.ts';
import { CANCELLED } from '../session/answer.ts';
import type { GenerateEvent, Session, SnapshotInfo } from '../session/types.ts';
import type { Tokenizer } from '../tokenizer/types.ts';

export type TurnEvent =
  { readonly type: 'thought' | 'text'; readonly text: string } | Extract<GenerateEvent, { readonly type: 'end' }>;

export interface TurnOptions {
  readonly sampling: Sampling;
  readonly think: ThinkMode;
  readonly maxTokens: number;
  readonly signal: AbortSignal;
}

export class Conversation {
  readonly #tokenizer: Tokenizer;
  #session: Session;
  /** What stands before the first user message. */
  readonly #opening: readonly Message[];

  /** Owns `session`: a new one, or one that a conversation was saved from. */
  constructor(session: Session, tokenizer: Tokenizer, system?: string) {
    this.#session = session;
    this.#tokenizer = tokenizer;
    this.#opening = system === undefined ? [] : [{ role: 'system', text: system }];
  }

  /** False before the first turn. */
  get begun(): boolean {
    return this.#session.position > 0;
  }

  /**
   * One user message and its answer. A turn that fails, or is cancelled before its answer begins, leaves the conversation
   * as it stood before.
   */
  async *turn(text: string, options: TurnOptions): AsyncGenerator<TurnEvent, void, undefined> {
    const { think, sampling, maxTokens, signal } = options;
    const before = this.#session.fork();
    let spare = before;
    const splitter = new ThinkingSplitter(think);
    let answer = '';
    const parts = function* (pieces: { thought: string; answer: string }): Generator<TurnEvent> {
      if (pieces.thought !== '') yield { type: 'thought', text: pieces.thought };
      if (pieces.answer !== '') yield { type: 'text', text: pieces.answer };
      answer += pieces.answer;
    };
    try {
      await this.#read(this.#prompt(text, think), signal);
      const stopAfter = think === 'full' ? THOUGHT_END : undefined;
      for await (const event of this.#session.generate({
        sampling,
        stop: ANSWER_STOPS,
        stopAfter,
        maxTokens,
        signal,
      })) {
        if (event.type === 'text') yield* parts(splitter.push(event.text));
        else {
          yield* parts(splitter.flush());
          if (think !== 'off') await this.#dropThought(before, text, answer);
          yield event;
        }
      }
    } catch (error) {
      [this.#session, spare] = [before, this.#session];
      if (!signal.aborted || error !== signal.reason) throw error;
      yield CANCELLED;
    } finally {
      spare.dispose();
    }
  }

  save(id: string): Promise<SnapshotInfo> {
    return this.#session.save(id, { kind: 'chat' });
  }

  dispose(): void {
    this.#session.dispose();
  }

  #prompt(text: string, think: ThinkMode): string {
    return this.begun
      ? renderNextTurn(text, { think })
      : renderPrompt([...this.#opening, { role: 'user', text }], { think });
  }

  /** Goes back to before the turn and reads it again without the thought. */
  async #dropThought(before: Session, text: string, answer: string): Promise<void> {
    const begun = before.position > 0;
    this.#session.dispose();
    this.#session = before.fork();
    const turn = begun ? renderNextTurn(text) : renderPrompt([...this.#opening, { role: 'user', text }]);
    await this.#read(`${turn} ${answer}`.trimEnd());
  }

  async #read(text: string, signal?: AbortSignal): Promise<void> {
    await this.#session.prefill(this.#tokenizer.encode(text), signal ? { signal } : {});
  }
}
