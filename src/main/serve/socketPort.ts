/** A WebSocket as a contract's port: each message one text frame of JSON. */
import type { WebSocket } from 'ws';
import type { Port } from '../../engine/api/rpc/contract.ts';

export function socketPort(socket: WebSocket): Port {
  return {
    post: (message) => {
      if (socket.readyState === socket.OPEN) socket.send(JSON.stringify(message));
    },
    onMessage: (listener) => {
      socket.on('message', (data, isBinary) => {
        const message = isBinary ? undefined : parse((data as Buffer).toString('utf8'));
        if (message === undefined) socket.close(1003, 'Only JSON is understood.');
        else listener(message);
      });
    },
    onClose: (listener) => void socket.once('close', listener),
  };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
