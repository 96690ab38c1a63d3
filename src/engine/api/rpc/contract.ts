/**
 * What one process offers to another, as data: each method with the schemas of what goes in and out. Types, proxies and
 * the checks at run time are all derived from it; nothing is written twice.
 */
import type { GenericSchema, InferInput, InferOutput } from 'valibot';

/** A method with one answer. */
export interface CallMethod<P extends GenericSchema = GenericSchema, R extends GenericSchema = GenericSchema> {
  readonly kind: 'call';
  readonly params: P;
  readonly result: R;
}

/** A method whose answer is a series of events. */
export interface StreamMethod<P extends GenericSchema = GenericSchema, E extends GenericSchema = GenericSchema> {
  readonly kind: 'stream';
  readonly params: P;
  readonly event: E;
}

export type Contract = Readonly<Record<string, CallMethod | StreamMethod>>;

export const call = <P extends GenericSchema, R extends GenericSchema>(params: P, result: R): CallMethod<P, R> => ({
  kind: 'call',
  params,
  result,
});

export const stream = <P extends GenericSchema, E extends GenericSchema>(params: P, event: E): StreamMethod<P, E> => ({
  kind: 'stream',
  params,
  event,
});

/**
 * The interface that a contract describes. Cancelling is not an error: a call rejects with the signal's reason, a stream
 * either tells of it in its last event or rejects so. Leaving the loop over a stream cancels it.
 */
export type Api<C extends Contract> = {
  readonly [M in keyof C]: C[M] extends CallMethod<infer P, infer R>
    ? (params: InferInput<P>, signal?: AbortSignal) => Promise<InferOutput<R>>
    : C[M] extends StreamMethod<infer P, infer E>
      ? (params: InferInput<P>, signal?: AbortSignal) => AsyncIterable<InferOutput<E>>
      : never;
};

/** A two-way line on which messages arrive whole and in order: a child process, a socket, a message port. */
export interface Port {
  /** Messages after the end are dropped. */
  post(message: unknown): void;
  /** Called for each message; one listener only, set before the first message can arrive. */
  onMessage(listener: (message: unknown) => void): void;
  /** Called once when the other end is gone. */
  onClose(listener: () => void): void;
}
