/** What the disk refuses, as errors that a user can act on. */
import { AppError } from './errors.ts';

/** The system's code of an error (`ENOENT`), if it has one. */
export const systemCode = (error: unknown): string | undefined =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;

/** Whether the error says that there is nothing at a path. */
export const isAbsent = (error: unknown): boolean => ['ENOENT', 'ENOTDIR'].includes(systemCode(error) ?? '');

/**
 * The error for a failed work on files; ours pass through.
 * @param what the thing that could not be done, as a sentence without its end: "model.pth could not be written"
 */
export function storageFailure(cause: unknown, what: string): unknown {
  if (cause instanceof AppError) return cause;
  switch (systemCode(cause)) {
    case undefined:
      return cause; // not the system's refusal but a mistake of ours
    case 'ENOSPC':
    case 'EDQUOT':
      return diskFull(`${what}: the disk is full.`, cause);
    case 'EROFS':
    case 'EACCES':
    case 'EPERM':
      return new AppError('folder-read-only', `${what}: access is denied.`, {
        cause,
        nextStep: 'Choose a folder that can be written to, or allow Anser to use this one.',
      });
    default:
      return new AppError('storage-failed', `${what} (${systemCode(cause)}).`, {
        cause,
        nextStep: 'Check that the disk can be reached, then try again.',
      });
  }
}

export const diskFull = (message: string, cause?: unknown): AppError =>
  new AppError('disk-full', message, { cause, nextStep: 'Free some space on that disk, or choose another folder.' });
