/** The failures of the app around the engine that a user can act on. Codes cross to the window; nobody reads messages. */
import { CodedError } from '../engine/api/errors.ts';

export type AppErrorCode =
  | 'already-running' // another program uses the data folder
  | 'database-damaged' // kept aside, never deleted
  | 'database-newer' // made by a newer version of the app
  | 'disk-full'
  | 'storage-failed'
  | 'folder-read-only'
  | 'file-exists' // and nobody said whether to replace it
  | 'busy' // the conversation is being answered
  | 'not-found' // what was asked for is gone
  | 'not-removable' // it ships with the app
  | 'model-in-use' // its file cannot be replaced while it is loaded
  | 'offline' // no server could be reached
  | 'download-missing' // no server has the file
  | 'download-failed' // servers could be reached, and none gave the file
  | 'download-corrupt' // the file arrived and is not the one that was published
  | 'proxy-invalid';

export class AppError extends CodedError<AppErrorCode> {
  override readonly name = 'AppError';
}

export const notFound = (what: string): AppError =>
  new AppError('not-found', `There is no such ${what} any more.`, { nextStep: 'Go back to the list.' });

export const busy = (): AppError =>
  new AppError('busy', 'This conversation is being answered.', { nextStep: 'Wait, or stop that answer.' });
