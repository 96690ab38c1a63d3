/** What is said of a bundle that cannot be taken, and of a disk that does not take one. */
import { EngineError } from '../../../engine/api/errors.ts';

export const badBundle = (reason: string, cause?: unknown): EngineError =>
  new EngineError('snapshot-unreadable', `The file is not a whole Anser bundle: ${reason}.`, {
    cause,
    nextStep: 'Copy or export it again from where it came.',
  });

export const newerBundle = (version: number): EngineError =>
  new EngineError('snapshot-mismatch', `The bundle has format version ${version}, which is newer than this program.`, {
    nextStep: 'Update Anser, then import it again.',
  });

export const bundleNotWritten = (cause: unknown): EngineError =>
  new EngineError('storage-failed', 'The bundle cannot be written.', {
    cause,
    nextStep: 'Check that the disk is not full and the data folder is writable.',
  });
