/**
 * The failures that a caller can act on. Every error that leaves the engine on purpose is an EngineError with one of
 * these codes; anything else is a bug of ours. Cancelling is not an error (calls reject with the signal's reason).
 */
export type EngineErrorCode =
  | 'no-adapter' // no WebGPU adapter of any kind
  | 'device-lost' // the GPU went away; reload the model
  | 'out-of-memory' // the device or host cannot hold it
  | 'model-unreadable' // the file is truncated, corrupt or not a model file at all
  | 'model-unsupported' // a sound file of a kind that we do not run
  | 'vocabulary-unreadable'
  | 'vocabulary-missing'
  | 'snapshot-unreadable' // truncated, corrupt or not a snapshot
  | 'snapshot-mismatch' // a sound snapshot of another model, layout or format version
  | 'snapshot-missing'
  | 'storage-failed' // disk full, read-only folder, …
  | 'document-unreadable'
  | 'document-changed' // a resumed document is not the one that was read
  | 'model-unloaded' // a model is needed and none is loaded, or it was replaced
  | 'invalid-argument'
  | 'self-test-failed';

/** An error with a code, which crosses the border of a process, and what the user can do about it. */
export class CodedError<C extends string = string> extends Error {
  readonly code: C;
  /** What the user can do next, one sentence. */
  readonly nextStep: string | undefined;

  constructor(code: C, message: string, options: { cause?: unknown; nextStep?: string | undefined } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.nextStep = options.nextStep;
  }
}

export class EngineError extends CodedError<EngineErrorCode> {
  override readonly name = 'EngineError';
}

/** Throws when one of our own invariants does not hold: a bug, never a user's mistake. */
export function assert(condition: unknown, message: string): asserts condition {
  if (!condition) throw new Error(`Internal error: ${message}`);
}

/** The end of an exhaustive switch. */
export function assertNever(value: never): never {
  throw new Error(`Internal error: unexpected ${JSON.stringify(value)}`);
}
