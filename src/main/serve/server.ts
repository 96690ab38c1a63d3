/**
 * The browser as a shell: serves the same page and the same services as the desktop app, to this machine only and to
 * whoever came through a link from the terminal.
 */
import { createReadStream } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import { WebSocketServer } from 'ws';
import { serve } from '../../engine/api/rpc/serve.ts';
import { EngineError } from '../../engine/api/errors.ts';
import { appContract, type AppApi } from '../api/contract.ts';
import { handoutHeaders, type Handouts } from '../handouts.ts';
import { readPageFile } from '../pageFiles.ts';
import { Access, hasLoopbackHost } from './access.ts';
import { socketPort } from './socketPort.ts';
import type { Uploads } from './uploads.ts';

export interface ServerOptions {
  readonly app: AppApi;
  readonly handouts: Handouts;
  readonly uploads: Uploads;
  /** The built page. */
  readonly pageFolder: string;
  /** 0: any that is free. */
  readonly port: number;
  readonly onBug: (error: unknown) => void;
}

export interface AppServer {
  readonly port: number;
  /** An address that opens the app once. */
  newLink(): string;
  close(): Promise<void>;
}

/** Larger messages than any of ours: a pasted book in a draft. */
const LARGEST_MESSAGE = 64 << 20;

/** @throws EngineError `storage-failed` when the port is taken */
export async function startServer(options: ServerOptions): Promise<AppServer> {
  const access = new Access();
  const server = createServer((request, response) => {
    answer(options, access, request, response).catch((error: unknown) => {
      options.onBug(error);
      if (!response.headersSent) response.writeHead(500);
      response.end();
    });
  });
  const sockets = acceptSockets(server, access, options);
  await listen(server, options.port);
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : options.port;
  return {
    port,
    newLink: () => `http://127.0.0.1:${port}/?token=${access.newToken()}`,
    close: async () => {
      for (const socket of sockets.clients) socket.close(1001);
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      });
    },
  };
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) => {
      const taken = cause.code === 'EADDRINUSE' ? `The port ${port} is in use.` : `The port ${port} cannot be opened.`;
      reject(new EngineError('invalid-argument', taken, { cause, nextStep: 'Choose another one with --port.' }));
    });
    server.listen(port, '127.0.0.1', resolve);
  });
}

function acceptSockets(server: Server, access: Access, { app, onBug }: ServerOptions): WebSocketServer {
  const sockets = new WebSocketServer({ noServer: true, maxPayload: LARGEST_MESSAGE });
  server.on('upgrade', (request, socket, head) => {
    // A socket carries everything: unlike a plain request it must name its page.
    if (!access.allows(request) || request.headers.origin === undefined || pathOf(request) !== '/socket') {
      socket.end('HTTP/1.1 403 Forbidden\r\n\r\n');
      return;
    }
    sockets.handleUpgrade(request, socket, head, (webSocket) => serve(appContract, app, socketPort(webSocket), onBug));
  });
  return sockets;
}

async function answer(
  { pageFolder, handouts, uploads }: ServerOptions,
  access: Access,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://127.0.0.1');
  const token = url.searchParams.get('token');
  if (token !== null) {
    enter(access, request, response, token);
    return;
  }
  if (!access.allows(request)) {
    refuse(response);
    return;
  }
  if (request.method === 'POST' && url.pathname === '/upload') {
    const path = await uploads.take(request, url.searchParams.get('name') ?? '');
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ path }));
    return;
  }
  if (request.method !== 'GET') return void response.writeHead(405).end();
  const handout = handouts.take(url.pathname);
  if (handout) {
    response.writeHead(200, handoutHeaders(handout));
    return pipeline(createReadStream(handout.path), response);
  }
  const { status, headers, body } = await readPageFile(pageFolder, url.href);
  response.writeHead(status, headers).end(body);
}

/** Exchanges a link's token for the cookie; the token then leaves the address bar and the history. */
function enter(access: Access, request: IncomingMessage, response: ServerResponse, token: string): void {
  const cookie = hasLoopbackHost(request) ? access.exchange(token) : undefined;
  if (cookie === undefined) return refuse(response);
  response.writeHead(303, { location: '/', 'set-cookie': cookie, 'referrer-policy': 'no-referrer' }).end();
}

function refuse(response: ServerResponse): void {
  response
    .writeHead(403, { 'content-type': 'text/plain; charset=utf-8' })
    .end(
      'This link was used already or is not from here. Press Enter in the terminal where Anser runs for a new one.\n',
    );
}

const pathOf = ({ url = '/' }: IncomingMessage): string => new URL(url, 'http://127.0.0.1').pathname;
