/**
 * Serves the built page, and nothing else, from its folder: a URL path becomes a file's bytes and headers. The app's own
 * protocol and the browser test use the same function, so that the test runs under the shipped security policy.
 */
import { readFile } from 'node:fs/promises';
import { extname, join, normalize, sep } from 'node:path';

/** No remote content, no inline code, no frames, no forms: the page talks to the preload only. */
export const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "font-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

const CONTENT_TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
};

export interface PageFile {
  readonly status: 200 | 404;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array<ArrayBuffer>;
}

const notFound: PageFile = { status: 404, headers: {}, body: new Uint8Array() };

/** The file of `folder` that `url` names; 404 for anything outside of it, of an unknown type or missing. */
export async function readPageFile(folder: string, url: string): Promise<PageFile> {
  const { pathname } = new URL(url);
  let path: string;
  try {
    path = normalize(join(folder, decodeURIComponent(pathname === '/' ? '/index.html' : pathname)));
  } catch {
    return notFound;
  }
  const type = CONTENT_TYPES[extname(path)];
  if (type === undefined || !path.startsWith(normalize(folder + sep))) return notFound;
  const body = await readFile(path).catch(() => undefined);
  if (body === undefined) return notFound;
  return {
    status: 200,
    headers: {
      'content-type': type,
      'content-security-policy': CONTENT_SECURITY_POLICY,
      'x-content-type-options': 'nosniff',
    },
    body: new Uint8Array(body),
  };
}
