/**
 * Who may use the server: whoever came through a link from the terminal. A link holds a token that works once and is
 * exchanged for a cookie that lasts as long as the server. Requests from other pages are told by their headers.
 */
import { randomBytes, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

const COOKIE = 'anser';
/** A page of another site that found out the port cannot have these in its address bar. */
const LOOPBACK_HOST = /^(?:127\.0\.0\.1|localhost|\[::1\])(?::\d+)?$/;

export class Access {
  readonly #tokens = new Set<string>();
  readonly #secret = newSecret();

  /** A token for one link. */
  newToken(): string {
    const token = newSecret();
    this.#tokens.add(token);
    return token;
  }

  /** The `Set-Cookie` header for a token that is good, which it is once; undefined for any other. */
  exchange(token: string): string | undefined {
    if (!this.#tokens.delete(token)) return undefined;
    // Strict: not even a link from another site brings it along.
    return `${COOKIE}=${this.#secret}; HttpOnly; SameSite=Strict; Path=/`;
  }

  /** Whether the request comes from a browser that was let in, addressed to this machine, by no other site's page. */
  allows(request: IncomingMessage): boolean {
    return hasLoopbackHost(request) && !isFromElsewhere(request) && this.#hasCookie(request);
  }

  #hasCookie({ headers: { cookie = '' } }: IncomingMessage): boolean {
    return cookie.split(';').some((pair) => {
      const [name, value = ''] = pair.trim().split('=');
      return name === COOKIE && equal(value, this.#secret);
    });
  }
}

/** False for a name that somebody else's DNS made to point here. */
export const hasLoopbackHost = ({ headers: { host = '' } }: IncomingMessage): boolean => LOOPBACK_HOST.test(host);

/** Browsers send `Origin` with all that is not a plain navigation or fetch of the own page. */
const isFromElsewhere = ({ headers: { origin, host } }: IncomingMessage): boolean =>
  origin !== undefined && origin !== `http://${host}`;

const newSecret = (): string => randomBytes(32).toString('base64url');

function equal(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
}
