/** Errors at a port: what an error becomes on its way, and what it is on the other side. */
import { CodedError } from '../errors.ts';
import type { Fault } from './wire.ts';

/** An error that came over a port, with the code of the error on the other side. */
export class RemoteError extends CodedError {
  override readonly name = 'RemoteError';

  constructor({ code, message, nextStep }: Fault) {
    super(code, message, { nextStep });
  }
}

/** The code with which the serving side answers a request that was cancelled. */
export const CANCELLED = 'cancelled';

/** The other side is gone: its process ended, or the line was cut. */
export const connectionLost = (): RemoteError =>
  new RemoteError({ code: 'connection-lost', message: 'The connection was lost.', nextStep: 'Try again in a moment.' });

/** Errors with a code keep it. Anything else is a bug: its stack goes along, for the report. */
export function faultOf(error: unknown): Fault {
  if (!isCoded(error))
    return { code: 'internal', message: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  const { code, message, nextStep } = error;
  return nextStep === undefined ? { code, message } : { code, message, nextStep };
}

/** `instanceof` alone would leave the type of the code open. */
const isCoded = (error: unknown): error is CodedError => error instanceof CodedError;
