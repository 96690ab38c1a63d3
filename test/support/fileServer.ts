/** A real server of one file on this machine, which behaves as badly as it is told to. */
import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export type Behaviour = (request: IncomingMessage, response: ServerResponse) => void;

export interface FileServer extends AsyncDisposable {
  readonly origin: string;
  readonly url: string;
  /** What was asked for, in order. */
  readonly asked: { readonly path: string; readonly range: string | undefined; readonly ifRange: string | undefined }[];
  /** How the next requests are answered, one each; the last one answers all further ones. */
  answer(...behaviours: Behaviour[]): void;
}

export async function startFileServer(...behaviours: Behaviour[]): Promise<FileServer> {
  const asked: FileServer['asked'] = [];
  let next = behaviours;
  const server = createServer((request, response) => {
    const { range, 'if-range': ifRange } = request.headers;
    asked.push({ path: request.url ?? '', range, ifRange: Array.isArray(ifRange) ? ifRange[0] : ifRange });
    const [behaviour, ...rest] = next;
    if (rest.length > 0) next = rest;
    behaviour?.(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    ...{ origin, url: `${origin}/model.pth`, asked },
    answer: (...behaviours) => void (next = behaviours),
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

export const sha256Of = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

export interface FileOptions {
  readonly etag?: string | undefined;
  /** The header that Hugging Face and ModelScope give the hash in. */
  readonly linkedEtag?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** After so many bytes of the body the connection is cut. */
  readonly cutAfter?: number;
  /** After so many bytes of the body nothing comes any more. */
  readonly stallAfter?: number;
}

/** A good server, with ranges. */
export function file(bytes: Uint8Array, options: FileOptions = {}): Behaviour {
  const { etag = `"${sha256Of(bytes).slice(0, 16)}"`, linkedEtag, headers, cutAfter, stallAfter } = options;
  return (request, response) => {
    const start = Number(/^bytes=(\d+)-$/u.exec(request.headers.range ?? '')?.[1] ?? 0);
    const current = request.headers['if-range'] === undefined || request.headers['if-range'] === etag;
    const from = current ? start : 0;
    if (from > bytes.length) return void response.writeHead(416).end();
    if (linkedEtag !== undefined) response.setHeader('x-linked-etag', linkedEtag);
    response.setHeader('etag', etag);
    if (from > 0) response.setHeader('content-range', `bytes ${from}-${bytes.length - 1}/${bytes.length}`);
    const body = bytes.subarray(from);
    response.writeHead(from > 0 ? 206 : 200, { 'content-length': body.length, ...headers });
    if (cutAfter !== undefined && cutAfter < body.length)
      response.write(body.subarray(0, cutAfter), () => setTimeout(() => response.destroy(), 20));
    else if (stallAfter !== undefined && stallAfter < body.length) response.write(body.subarray(0, stallAfter));
    else response.end(body);
  };
}

export const status =
  (code: number, headers: Readonly<Record<string, string>> = {}): Behaviour =>
  (_request, response) =>
    void response.writeHead(code, headers).end('no');

/** Exactly this, whatever was asked for. */
export const raw =
  (code: number, headers: Readonly<Record<string, string>>, body: Uint8Array | string): Behaviour =>
  (_request, response) =>
    void response.writeHead(code, headers).end(body);
