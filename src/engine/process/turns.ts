/** `answer`: one turn of a conversation from a saved state, and the state after it. */
import type { EngineApi } from '../api/contract.ts';
import { EngineError } from '../api/errors.ts';
import { faultOf } from '../api/rpc/remoteError.ts';
import { answerTurn, type TurnResult } from '../chat/turn.ts';
import type { Session } from '../session/types.ts';
import { AnswerClock } from './answerClock.ts';
import type { EventOf, ParamsOf } from './methods.ts';
import type { Models, RunningModel } from './models.ts';
import { factsOf } from './snapshots.ts';

type AnswerEvent = EventOf<'answer'>;
type Emit = (event: AnswerEvent) => void;

export const answerWith =
  (models: Models): EngineApi['answer'] =>
  (params, signal) =>
    models.stream<AnswerEvent>(signal, async (model, emit, signal) => {
      const clock = new AnswerClock();
      const session = await model.live.open(params.base);
      const { end, session: after } = await runTurn(model, session, params, clock, emit, signal);
      const details = clock.details(end.tokens);
      emit({ type: 'end', reason: end.reason, details, ...(await keep(model, after, params.saveAs)) });
    });

async function runTurn(
  { anser }: RunningModel,
  session: Session,
  { messages, think, sampling, maxTokens }: ParamsOf<'answer'>,
  clock: AnswerClock,
  emit: Emit,
  signal: AbortSignal,
): Promise<TurnResult> {
  let told = false;
  const onPrompt = (done: number, total: number): void => {
    if (done === total) clock.promptRead(total);
    // A prompt that was read at once needs no progress.
    if (done < total || told) emit({ type: 'prompt', done, total });
    told = true;
  };
  clock.reading();
  const events = answerTurn(session, messages, anser.tokenizer, {
    ...{ think, sampling, maxTokens, signal, onPrompt },
    onWritten: () => clock.written(),
    priority: 'interactive',
  });
  for (;;) {
    const next = await events.next();
    if (next.done) return next.value;
    clock.text();
    emit(next.value);
  }
}

/**
 * Saves the state after an answer and keeps it at hand. What was written is worth more than its state: where it cannot be
 * saved, the answer ends well and says why.
 */
async function keep(
  { live, gone }: RunningModel,
  session: Session | undefined,
  id: string,
): Promise<Pick<Extract<AnswerEvent, { type: 'end' }>, 'snapshot' | 'notSaved'>> {
  if (!session) return { snapshot: null };
  try {
    // Of an answer that will count as failed nobody would ever delete the file.
    gone.throwIfAborted();
    const snapshot = factsOf(await session.save(id, { kind: 'chat' }));
    live.keep(id, session);
    return { snapshot };
  } catch (error) {
    if (!(error instanceof EngineError && error.code === 'storage-failed')) {
      session.dispose();
      throw error;
    }
    live.keep(id, session);
    return { snapshot: null, notSaved: faultOf(error) };
  }
}
