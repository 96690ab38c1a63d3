/** Gives each page that asks a port of its own, on which the app's contract is served. */
import type { IpcMain, IpcMainEvent, MessageChannelMain, MessagePortMain } from 'electron';
import type { Port } from '../../engine/api/rpc/contract.ts';
import { PORT_MESSAGE } from '../api/window.ts';
import { PAGE_URL } from './page.ts';

/** @param servePort takes the main side's end of each port */
export function handOutPorts(
  ipcMain: Pick<IpcMain, 'on'>,
  newChannel: () => Pick<MessageChannelMain, 'port1' | 'port2'>,
  servePort: (port: Port) => void,
): void {
  ipcMain.on(PORT_MESSAGE, (event) => {
    if (!isFromPage(event)) return;
    const { port1, port2 } = newChannel();
    servePort(portOf(port1));
    event.sender.postMessage(PORT_MESSAGE, null, [port2]);
  });
}

/** Our page in the top frame of its window: nothing else should be there, and nothing else is answered. */
function isFromPage({ senderFrame }: IpcMainEvent): boolean {
  return senderFrame !== null && senderFrame.parent === null && senderFrame.url.startsWith(PAGE_URL);
}

function portOf(port: MessagePortMain): Port {
  return {
    post: (message) => port.postMessage(message),
    onMessage: (listener) => {
      port.on('message', ({ data }) => listener(data));
      port.start();
    },
    onClose: (listener) => void port.once('close', listener),
  };
}
