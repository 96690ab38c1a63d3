/** A browser's WebSocket as a contract's port: each message one text frame of JSON. */
import type { Port } from '../../engine/api/rpc/contract.ts';

/** Opens the socket of the server that this page came from. @throws Error when it does not open */
export function openSocket(url: URL): Promise<Port> {
  url.protocol = 'ws:';
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(url);
    socket.onopen = () => resolve(portOf(socket));
    socket.onerror = () => reject(new Error('The program that serves this page cannot be reached.'));
  });
}

const portOf = (socket: WebSocket): Port => ({
  post: (message) => {
    if (socket.readyState === socket.OPEN) socket.send(JSON.stringify(message));
  },
  onMessage: (listener) => {
    socket.onmessage = ({ data }: MessageEvent<unknown>) => {
      if (typeof data === 'string') listener(JSON.parse(data));
    };
  },
  onClose: (listener) => socket.addEventListener('close', listener),
});
