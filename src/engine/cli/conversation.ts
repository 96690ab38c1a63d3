/** A conversation in one session, turn by turn. */
import type { Message } from '../chat/template.ts';
import { answerTurn, type TurnOptions, type TurnPiece } from '../chat/turn.ts';
import type { GenerateEvent, Session, SnapshotInfo } from '../session/types.ts';
import type { Tokenizer } from '../tokenizer/types.ts';

export type TurnEvent = TurnPiece | Extract<GenerateEvent, { readonly type: 'end' }>;

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
    const message: Message = { role: 'user', text };
    const messages = this.begun ? [message] : [...this.#opening, message];
    const { end, session } = yield* answerTurn(this.#session.fork(), messages, this.#tokenizer, options);
    if (session) {
      this.#session.dispose();
      this.#session = session;
    }
    yield end;
  }

  save(id: string): Promise<SnapshotInfo> {
    return this.#session.save(id, { kind: 'chat' });
  }

  dispose(): void {
    this.#session.dispose();
  }
}
