/** The line to the process that started this one, as a port. */
import type { Port } from '../api/rpc/contract.ts';

export interface ParentPort extends Port {
  /** Resolves when everything posted so far has left this process, or can no longer. */
  sent(): Promise<void>;
}

/** @throws Error in a process that was not started with an IPC channel */
export function parentPort(): ParentPort {
  if (!process.send) throw new Error('The engine process is started by the app, with a channel to it.');
  let last: Promise<void> = Promise.resolve();
  return {
    post: (message) => {
      // Without a channel there is nobody to be told.
      if (!process.connected) return;
      last = new Promise((resolve) => {
        process.send?.(message, undefined, undefined, () => resolve());
      });
    },
    onMessage: (listener) => void process.on('message', listener),
    onClose: (listener) => void process.once('disconnect', listener),
    sent: () => last,
  };
}
