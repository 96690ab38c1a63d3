/** The fake's part for turns: a scripted answer comes piece by piece, and can be stopped. */
import { RemoteError } from '../../src/engine/api/rpc/remoteError.ts';
import type { AppApi } from '../../src/main/api/contract.ts';
import type { Message, TurnEvent } from '../../src/main/api/conversations.ts';
import { scriptFor } from './scripts.ts';
import type { World } from './world.ts';

type AnsweringPart = Pick<AppApi, 'send' | 'regenerate' | 'replayAhead' | 'rereadAhead'>;

export const answeringPart = (world: World): AnsweringPart => ({
  send: ({ conversationId, parentId, text, think }, signal) => {
    const user = world.message({ role: 'user', text, parentId });
    return turn(world, { conversationId, user, parentId: user.id, question: text, think }, signal);
  },
  replayAhead: async () => world.replayAhead,
  rereadAhead: async () => world.rereadAhead,
  regenerate: ({ conversationId, messageId, think }, signal) => {
    const { messages } = world.conversation(conversationId);
    const parentId = messages.find(({ id }) => id === messageId)?.parentId ?? null;
    const question = messages.find(({ id }) => id === parentId)?.text ?? '';
    return turn(world, { conversationId, user: undefined, parentId, question, think }, signal);
  },
});

interface Turn {
  readonly conversationId: string;
  readonly user: Message | undefined;
  readonly parentId: string | null;
  readonly question: string;
  readonly think: Message['think'] | undefined;
}

async function* turn(world: World, asked: Turn, signal: AbortSignal | undefined): AsyncGenerator<TurnEvent> {
  const { conversationId, user, parentId, question } = asked;
  await world.settled(signal);
  if (world.engine.type !== 'loaded') throw new RemoteError({ code: 'model-unloaded', message: 'No model is loaded.' });
  const { messages, title, think: usual } = world.conversation(conversationId);
  const think = asked.think ?? usual;
  const version =
    messages.filter((message) => message.parentId === parentId && message.role === 'assistant').length + 1;
  let answer = world.message({ role: 'assistant', text: '', parentId, status: 'writing', think });
  const store = (): void => {
    const kept = world.conversation(conversationId).messages.filter(({ id }) => id !== answer.id && id !== user?.id);
    world.change(conversationId, {
      ...{ messages: [...kept, ...(user ? [user] : []), answer], headId: answer.id, updatedAt: world.now() },
      title: title === '' ? question.slice(0, 40) : title,
    });
  };
  store();
  yield user ? { type: 'begun', user, answer } : { type: 'begun', answer };
  const { thought, text, replay, fails } = scriptFor(question, version, think);
  if (replay) yield { type: 'replay', reason: 'other-model', messages: messages.length };
  for (let done = 0; done <= 3; done++) {
    await pause(world);
    yield { type: 'prompt', done: done * 128, total: 384 };
  }
  for (const [type, whole] of [
    ['thought', thought],
    ['text', text],
  ] as const) {
    for (const piece of whole.match(/[\s\S]{1,6}/g) ?? []) {
      if (signal?.aborted) break;
      await pause(world);
      answer = { ...answer, [type]: answer[type] + piece };
      yield { type, text: piece };
    }
  }
  if (thought !== '') answer = { ...answer, thoughtMs: 12_000 };
  answer = { ...answer, ...ending(answer, signal?.aborted === true, fails) };
  store();
  yield { type: 'end', answer };
}

function ending({ text }: Message, stopped: boolean, fails: boolean): Partial<Message> {
  if (fails)
    return { status: 'failed', error: { code: 'device-lost', message: 'Dawn: device lost (reset by the driver).' } };
  if (stopped) return { status: 'stopped', endReason: 'cancelled' };
  const details = {
    ...{ tokens: Math.ceil(text.length / 4), promptTokens: 384, tokensPerSecond: 41.27, promptTokensPerSecond: 903 },
    firstTextMs: 412,
  };
  return { status: 'finished', endReason: 'stop', modelName: 'Anser Demo', details };
}

const pause = ({ options }: World): Promise<void> => new Promise((resolve) => setTimeout(resolve, options.pieceMs));
