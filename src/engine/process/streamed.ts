/** Work that tells of itself by calls becomes a stream of events. */
import { Inbox } from '../api/rpc/inbox.ts';
import { TextJoiner } from './joinText.ts';

/**
 * Runs `work`, whose `emit` gives the stream's events; texts are joined. The stream ends or fails as the work does.
 * Leaving it aborts the signal that the work gets, and waits for it.
 */
export async function* streamed<E extends { readonly type: string }>(
  signal: AbortSignal | undefined,
  work: (emit: (event: E) => void, signal: AbortSignal) => Promise<void>,
): AsyncGenerator<E, void, undefined> {
  const left = new AbortController();
  const inbox = new Inbox<E>();
  const joiner = new TextJoiner<E>((event) => {
    inbox.push(event);
  });
  const run = async (): Promise<void> => {
    try {
      await work((event) => joiner.push(event), signal ? AbortSignal.any([signal, left.signal]) : left.signal);
      joiner.flush();
      inbox.end();
    } catch (error) {
      joiner.flush();
      inbox.fail(error);
    }
  };
  const running = run();
  try {
    yield* inbox.values();
  } finally {
    left.abort();
    await running;
  }
}
