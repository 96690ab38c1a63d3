/** Asks a server for a file: through the proxy if there is one, along redirects to hosts that downloads may contact. */
import { Agent, ProxyAgent, request, type Dispatcher } from 'undici';
import { AppError } from '../../errors.ts';
import { isDownloadHost } from '../downloadHosts.ts';
import { MirrorFailure, networkFailure } from './mirrorFailure.ts';

export interface Reply {
  readonly status: number;
  header(name: string): string | undefined;
  /** The hash of the whole file as the server knows it, in lower case hex. */
  readonly sha256: string | null;
  readonly body: Dispatcher.ResponseData['body'];
}

/** The privacy page names it. */
const MOST_REDIRECTS = 5;
const REDIRECTS = new Set([301, 302, 303, 307, 308]);

/**
 * @param proxy '' for none, else `http://user:password@host:port`
 * @param patienceMs for a connection to come about
 * @throws AppError `proxy-invalid`
 */
export function openDispatcher(proxy: string, patienceMs: number): Dispatcher {
  const connect = { timeout: patienceMs };
  if (proxy === '') return new Agent({ connect });
  const url = URL.parse(proxy);
  if (url === null || !['http:', 'https:'].includes(url.protocol))
    throw new AppError('proxy-invalid', `"${proxy}" is not the address of a proxy.`, {
      nextStep: 'Write it as http://host:port in the settings, or leave it empty.',
    });
  return new ProxyAgent({ uri: url.href, proxyTls: connect, requestTls: connect, connect });
}

export interface Ask {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly dispatcher: Dispatcher;
  readonly signal: AbortSignal;
  /** The longest time without a byte. */
  readonly stallMs: number;
}

/** The reply of the last server on the way. @throws MirrorFailure, or the signal's reason */
export async function ask(wanted: Ask): Promise<Reply> {
  let url = safeUrl(wanted.url);
  let sha256: string | null = null;
  for (let hop = 0; hop <= MOST_REDIRECTS; hop++) {
    const { statusCode: status, headers, body } = await askOnce(wanted, url);
    const header = (name: string): string | undefined => {
      const value = headers[name];
      return Array.isArray(value) ? value[0] : value;
    };
    // Hugging Face and its mirror give the hash of the file with the redirect, ModelScope with the file.
    sha256 ??= hashIn(header('x-linked-etag'));
    if (!REDIRECTS.has(status)) return { status, header, sha256, body };
    drop(body);
    url = follow(url, header('location'));
  }
  throw new MirrorFailure('refused', 'it redirects in circles');
}

async function askOnce({ headers, dispatcher, signal, stallMs }: Ask, url: URL): Promise<Dispatcher.ResponseData> {
  try {
    return await request(url, {
      dispatcher,
      signal,
      headers: { ...headers, 'accept-encoding': 'identity', 'user-agent': 'anser' },
      headersTimeout: stallMs,
      bodyTimeout: stallMs,
    });
  } catch (error) {
    signal.throwIfAborted();
    throw networkFailure(error);
  }
}

/** Ends a reply that nobody reads, and its connection with it. */
export function drop(body: Reply['body']): void {
  body.on('error', () => undefined);
  body.destroy();
}

function safeUrl(text: string): URL {
  const url = URL.parse(text);
  if (url && isLoopback(url)) return url;
  if (url?.protocol !== 'https:') throw new MirrorFailure('refused', 'its address is not a secure one');
  if (isDownloadHost(url.hostname)) return url;
  throw new MirrorFailure('refused', `${url.host} is no host that Anser contacts`);
}

/** To `https:` and a host of the list only; within this machine, where nothing can listen in, anywhere. */
function follow(from: URL, location: string | undefined): URL {
  const to = location === undefined ? null : URL.parse(location, from.href);
  if (to === null) throw new MirrorFailure('refused', 'it redirects to nowhere');
  if (isLoopback(from) && isLoopback(to)) return to;
  if (to.protocol !== 'https:')
    throw new MirrorFailure('refused', `it redirects to an address that is not secure (${to.protocol}//${to.host})`);
  if (isDownloadHost(to.hostname)) return to;
  throw new MirrorFailure('refused', `it redirects to ${to.host}, which is no host that Anser contacts`);
}

const isLoopback = ({ protocol, hostname }: URL): boolean =>
  protocol === 'http:' && ['127.0.0.1', '[::1]', 'localhost'].includes(hostname);

const hashIn = (etag: string | undefined): string | null =>
  /^(?:W\/)?"?([0-9a-f]{64})"?$/iu.exec(etag ?? '')?.[1]?.toLowerCase() ?? null;
