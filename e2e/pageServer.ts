/** Serves the built window on loopback the way the app's own protocol does, security policy included. */
import { createServer } from 'node:http';
import { join } from 'node:path';
import { readPageFile } from '../src/main/pageFiles.ts';

export const PAGE_FOLDER = join(import.meta.dirname, '..', 'out', 'renderer');

export interface PageServer {
  readonly url: string;
  close(): Promise<void>;
}

export async function servePage(): Promise<PageServer> {
  const server = createServer((request, response) => {
    void readPageFile(PAGE_FOLDER, `http://127.0.0.1${request.url ?? '/'}`).then(({ status, headers, body }) => {
      response.writeHead(status, headers).end(body);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The server has no port.');
  return {
    url: `http://127.0.0.1:${address.port}/`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
