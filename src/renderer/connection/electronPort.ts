/** The message port that the desktop app's preload posts to the page, as a contract's port. */
import type { Port } from '../../engine/api/rpc/contract.ts';
import { PORT_MESSAGE } from '../../main/api/window.ts';

/** Asks the preload for a new port. */
export function takeElectronPort(): Promise<MessagePort> {
  return new Promise((resolve) => {
    const take = (event: MessageEvent<unknown>): void => {
      const [port] = event.ports;
      // Frames and other windows cannot be: the page has none. The check costs nothing.
      if (event.source !== window || event.data !== PORT_MESSAGE || !port) return;
      window.removeEventListener('message', take);
      resolve(port);
    };
    window.addEventListener('message', take);
    window.anser?.requestPort();
  });
}

export function messagePort(port: MessagePort): Port {
  return {
    post: (message) => port.postMessage(message),
    onMessage: (listener) => {
      port.onmessage = ({ data }: MessageEvent<unknown>) => listener(data);
    },
    onClose: (listener) => port.addEventListener('close', listener),
  };
}
