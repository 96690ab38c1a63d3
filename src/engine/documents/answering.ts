/** Asks a session for text and hands it on as events: what summarising and asking have in common. */
import type { Sampling } from '../sampling/types.ts';
import { CANCELLED } from '../session/answer.ts';
import type { GenerateEvent, Priority, Session, Sessions } from '../session/types.ts';
import type { Tokenizer } from '../tokenizer/types.ts';

/** What is needed to have the model write. */
export interface AnsweringModel {
  readonly sessions: Sessions;
  readonly tokenizer: Tokenizer;
}

export interface AnswerOptions {
  readonly sampling: Sampling;
  readonly stop: readonly string[];
  readonly maxTokens: number;
  readonly priority: Priority;
  readonly signal: AbortSignal | undefined;
  /** Told when a prompt of so many tokens has been read. */
  readonly onPromptRead?: ((tokens: number) => void) | undefined;
}

/** Reads `prompt` in a session of its own and writes the answer. On abort the end's reason is `cancelled`. */
export async function* answerPrompt(
  model: AnsweringModel,
  prompt: string,
  options: AnswerOptions,
): AsyncGenerator<GenerateEvent, void, undefined> {
  const session = model.sessions.open();
  try {
    yield* answerIn(session, model.tokenizer, prompt, options);
  } finally {
    session.dispose();
  }
}

/** The same in a session that has read something before; `prompt` goes on from there. */
export async function* answerIn(
  session: Session,
  tokenizer: Tokenizer,
  prompt: string,
  options: AnswerOptions,
): AsyncGenerator<GenerateEvent, void, undefined> {
  const { signal, priority, onPromptRead, ...rest } = options;
  const tokens = tokenizer.encode(prompt);
  const control = { priority, ...(signal && { signal }) };
  try {
    await session.prefill(tokens, control);
    onPromptRead?.(tokens.length);
  } catch (error) {
    if (!signal?.aborted) throw error;
    yield CANCELLED;
    return;
  }
  yield* withoutLeadingSpace(session.generate({ ...rest, ...control }));
}

/** Prompts end in `Assistant:`, so the model begins with the space that belongs there. */
async function* withoutLeadingSpace(
  events: AsyncIterable<GenerateEvent>,
): AsyncGenerator<GenerateEvent, void, undefined> {
  let begun = false;
  for await (const event of events) {
    if (event.type === 'end' || begun) yield event;
    else {
      const text = event.text.trimStart();
      begun = text !== '';
      if (begun) yield { type: 'text', text };
    }
  }
}
