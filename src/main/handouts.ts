/** Files that a window may fetch once, under an address that cannot be guessed: both shells serve them. */
import { randomUUID } from 'node:crypto';

export interface Handout {
  readonly path: string;
  readonly fileName: string;
}

export const HANDOUT_PREFIX = '/handout/';

export class Handouts {
  readonly #offered = new Map<string, Handout>();

  /** @returns the address below the shell's own from which the file can be fetched, once */
  offer(handout: Handout): string {
    const token = randomUUID();
    this.#offered.set(token, handout);
    return `${HANDOUT_PREFIX}${token}`;
  }

  /** What `pathname` stands for; from now on nothing. */
  take(pathname: string): Handout | undefined {
    if (!pathname.startsWith(HANDOUT_PREFIX)) return undefined;
    const token = pathname.slice(HANDOUT_PREFIX.length);
    const handout = this.#offered.get(token);
    this.#offered.delete(token);
    return handout;
  }
}

/** The headers that make a browser save the file instead of showing it. RFC 6266 with the name as RFC 8187 encodes it. */
export const handoutHeaders = ({ fileName }: Handout): Record<string, string> => ({
  'content-type': 'application/octet-stream',
  'content-disposition': `attachment; filename*=UTF-8''${encodeURIComponent(fileName)}`,
  'x-content-type-options': 'nosniff',
});
