/** A value that comes, goes and comes again; whoever wants it meanwhile waits. */

export class Gate<T> {
  #passage = passage<T>();
  #settled = false;

  /** The value, when it is there. */
  pass(signal?: AbortSignal): Promise<T> {
    return untilAborted(this.#passage.promise, signal);
  }

  /** The value is there: lets everybody through. */
  open(value: T): void {
    this.shut();
    this.#settled = true;
    this.#passage.resolve(value);
  }

  /** The value is gone and will come again: whoever comes from now on waits. */
  shut(): void {
    if (this.#settled) this.#passage = passage();
    this.#settled = false;
  }

  /** The value will not come: those who wait and those who come fail, until it is shut or opened again. */
  fail(error: Error): void {
    this.shut();
    this.#settled = true;
    this.#passage.reject(error);
  }
}

function passage<T>(): PromiseWithResolvers<T> {
  const made = Promise.withResolvers<T>();
  // That nobody waits when it fails is no fault.
  made.promise.catch(() => undefined);
  return made;
}

/** Waits for `promise`. @throws the signal's reason */
function untilAborted<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return promise;
  const { promise: either, resolve, reject } = Promise.withResolvers<T>();
  const abort = (): void => reject(signal.reason);
  if (signal.aborted) abort();
  signal.addEventListener('abort', abort);
  promise.then(resolve, reject);
  return either.finally(() => signal.removeEventListener('abort', abort));
}
