/** The line to a child process, as a port. */
import type { ChildProcess } from 'node:child_process';
import type { Port } from '../engine/api/rpc/contract.ts';

/** @param onGarbage the child said something that the listener could make nothing of */
export function childPort(child: ChildProcess, onGarbage: (error: unknown) => void): Port {
  return {
    post: (message) => {
      // Of a child that is just ending, its end is told by `onClose`; to send to it is no failure of its own.
      if (child.connected) child.send(message as object, () => undefined);
    },
    onMessage: (listener) =>
      void child.on('message', (message) => {
        try {
          listener(message);
        } catch (error) {
          onGarbage(error);
        }
      }),
    onClose: (listener) => {
      let told = false;
      const tell = (): void => {
        if (!told) listener();
        told = true;
      };
      child.once('disconnect', tell).once('exit', tell).once('error', tell);
    },
  };
}
