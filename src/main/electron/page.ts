/** The page and its protocol: where it is, what may be fetched, and that it may not go anywhere else. */
import { createReadStream } from 'node:fs';
import { Readable } from 'node:stream';
import type { App, Protocol, Session } from 'electron';
import { handoutHeaders, type Handouts } from '../handouts.ts';
import { readPageFile } from '../pageFiles.ts';

export const PAGE_SCHEME = 'app';
export const PAGE_URL = `${PAGE_SCHEME}://anser/`;

/** Before Electron is ready. `secure` gives the page what browsers keep for secure origins. */
export function registerPageScheme(protocol: Pick<Protocol, 'registerSchemesAsPrivileged'>): void {
  protocol.registerSchemesAsPrivileged([
    { scheme: PAGE_SCHEME, privileges: { standard: true, secure: true, supportFetchAPI: true } },
  ]);
}

/** Answers the page's requests: its own files, and each handout once. */
export function servePage(protocol: Pick<Protocol, 'handle'>, pageFolder: string, handouts: Handouts): void {
  protocol.handle(PAGE_SCHEME, async ({ url }) => {
    const handout = handouts.take(new URL(url).pathname);
    if (handout) {
      const body = Readable.toWeb(createReadStream(handout.path)) as ReadableStream<Uint8Array>;
      return new Response(body, { headers: handoutHeaders(handout) });
    }
    const { status, headers, body } = await readPageFile(pageFolder, url);
    return new Response(body, { status, headers });
  });
}

/** A page may neither leave itself, nor open windows, nor be granted anything. */
export function distrustPages(app: Pick<App, 'on'>, session: Session): void {
  app.on('web-contents-created', (_event, contents) => {
    contents.on('will-navigate', (event) => event.preventDefault());
    contents.on('will-redirect', (event) => event.preventDefault());
    contents.on('will-attach-webview', (event) => event.preventDefault());
    contents.setWindowOpenHandler(() => ({ action: 'deny' }));
  });
  session.setPermissionRequestHandler((_contents, _permission, answer) => answer(false));
  session.setPermissionCheckHandler(() => false);
}
