/** Downloads from real servers on this machine that behave well and badly. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { createServer, request as httpRequest } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { file, raw, sha256Of, startFileServer, status, type FileServer } from '../../../test/support/fileServer.ts';
import type { Download } from '../api/models.ts';
import type { DownloadItem, Mirror } from './download/types.ts';
import { Downloads, type DownloadsOptions } from './downloads.ts';

const BYTES = Uint8Array.from({ length: 300_000 }, (_, i) => (i * 31 + (i >> 8)) & 255);
const OTHER = BYTES.map((byte) => 255 - byte);
const HALF = BYTES.length / 2;
const ITEM: DownloadItem = { id: 'm', fileName: 'model.pth', bytes: BYTES.length, sha256: sha256Of(BYTES) };
const UNKNOWN: DownloadItem = { id: 'm', fileName: 'model.pth' };

let folder = '';
const opened: AsyncDisposable[] = [];
beforeEach(async () => {
  folder = join(await mkdtemp(join(tmpdir(), 'downloads-')), '模型 и модели');
});
afterEach(async () => {
  for (const one of opened.splice(0)) await one[Symbol.asyncDispose]();
  await rm(join(folder, '..'), { recursive: true });
});

async function serve(...behaviours: Parameters<typeof startFileServer>): Promise<FileServer> {
  const server = await startFileServer(...behaviours);
  opened.push(server);
  return server;
}

function create(options: DownloadsOptions = {}): Downloads {
  const patience = { stallMs: 300, firstBackOffMs: 1, mostBackOffMs: 5, tries: 2, rounds: 2, gainBytes: 1 };
  const downloads = new Downloads({ patience, ...options });
  opened.push({ [Symbol.asyncDispose]: () => downloads.dispose() });
  return downloads;
}

const mirrors = (...servers: (FileServer | string)[]): Mirror[] =>
  servers.map((server, i) => ({ host: `mirror${i}`, url: typeof server === 'string' ? server : server.url }));

/** When the download is as described. */
function until(downloads: Downloads, met: (state: Download) => boolean, id = 'm'): Promise<Download> {
  return new Promise((resolve) => {
    const look = (list: readonly Download[]): void => {
      const state = list.find((one) => one.id === id);
      if (!state || !met(state)) return;
      stop();
      resolve(state);
    };
    const stop = downloads.observe(look);
    look(downloads.list());
  });
}

const atRest = (downloads: Downloads, id = 'm'): Promise<Download> =>
  until(downloads, ({ stage }) => ['ready', 'failed', 'paused'].includes(stage), id);

/** Downloads to the end, good or bad. */
async function download(item: DownloadItem, from: Mirror[], options: DownloadsOptions = {}): Promise<Download> {
  const downloads = create(options);
  downloads.start(item, from, folder);
  return await atRest(downloads);
}

async function expectWhole(state: Download, bytes = BYTES): Promise<void> {
  expect(state).toMatchObject({ stage: 'ready', error: null });
  expect(sha256Of(await readFile(join(folder, 'model.pth')))).toBe(sha256Of(bytes));
  expect(await readdir(folder)).toEqual(['model.pth']);
}

async function expectFailed(state: Download, code: string): Promise<void> {
  expect([state.stage, state.error?.code]).toEqual(['failed', code]);
  expect(state.error?.nextStep).toBeTruthy();
  expect(existsSync(join(folder, 'model.pth'))).toBe(false);
}

/** Leaves half of the file as a part, as a run of the app that ended in the middle. */
async function leaveHalf(item: DownloadItem, server: FileServer, options = {}): Promise<void> {
  server.answer(file(BYTES, { stallAfter: HALF, ...options }));
  const downloads = create({ patience: { stallMs: 60_000 } });
  downloads.start(item, mirrors(server), folder);
  await until(downloads, ({ bytes }) => bytes === HALF);
  await downloads.dispose();
  server.asked.length = 0;
}

async function resume(): Promise<Download> {
  const downloads = create();
  await downloads.restore(folder);
  downloads.resume('m');
  return await atRest(downloads);
}

describe('a good server', () => {
  test('gives the file, which is checked and put into place', async () => {
    const server = await serve(file(BYTES));
    const downloads = create();
    const seen: Download[] = [];
    downloads.observe((list) => seen.push(...list));
    downloads.start(ITEM, mirrors(server), folder);
    const state = await atRest(downloads);
    await expectWhole(state);
    expect(state).toMatchObject({ verifiedBy: 'publisher', host: 'mirror0', bytes: BYTES.length, secondsLeft: null });
    const stages = seen.map(({ stage }) => stage).filter((stage, i, all) => stage !== all[i - 1]);
    expect(stages).toEqual(['waiting', 'downloading', 'verifying', 'ready']);
    expect(server.asked).toEqual([{ path: '/model.pth', range: undefined, ifRange: undefined }]);
  });

  test('is not asked for anything before the user does', async () => {
    const server = await serve(file(BYTES));
    await leaveHalf(ITEM, server);
    const downloads = create();
    await downloads.restore(folder);
    expect(downloads.list()).toMatchObject([{ id: 'm', stage: 'paused', bytes: HALF, totalBytes: BYTES.length }]);
    expect(server.asked).toEqual([]);
  });

  test.each([
    ['its hash', { linkedEtag: `"${sha256Of(BYTES)}"` }, 'server'],
    ['no hash', {}, 'size'],
    ['something that is no hash', { linkedEtag: '"abc"' }, 'size'],
  ] as const)('that tells %s, where the publisher told nothing', async (_, options, verifiedBy) => {
    const state = await download(UNKNOWN, mirrors(await serve(file(BYTES, options))));
    await expectWhole(state);
    expect(state.verifiedBy).toBe(verifiedBy);
  });

  test('is asked only for what is missing after the app was started again', async () => {
    const server = await serve(file(BYTES, { etag: '"a"' }));
    await leaveHalf(UNKNOWN, server, { etag: '"a"' });
    server.answer(file(BYTES, { etag: '"a"' }));
    await expectWhole(await resume());
    expect(server.asked).toEqual([{ path: '/model.pth', range: `bytes=${HALF}-`, ifRange: '"a"' }]);
  });

  test('redirects within itself and to another one of this machine', async () => {
    const content = await serve(file(BYTES));
    const linked = { 'x-linked-etag': `"${sha256Of(BYTES)}"` };
    const server = await serve(
      status(302, { location: '/elsewhere' }),
      status(307, { location: content.url, ...linked }),
    );
    const state = await download(UNKNOWN, mirrors(server));
    await expectWhole(state);
    expect(state.verifiedBy).toBe('server');
    expect(server.asked.map(({ path }) => path)).toEqual(['/model.pth', '/elsewhere']);
  });

  test('with hashes in its redirects is resumed whatever ETags the delivering network has', async () => {
    const linkedEtag = `"${sha256Of(BYTES)}"`;
    const server = await serve(file(BYTES));
    await leaveHalf(UNKNOWN, server, { etag: '"one"', linkedEtag });
    server.answer(file(BYTES, { etag: '"two"', linkedEtag }));
    await expectWhole(await resume());
    expect(server.asked).toEqual([{ path: '/model.pth', range: `bytes=${HALF}-`, ifRange: undefined }]);
  });
});

describe('a bad server', () => {
  test('that breaks off is asked for the rest', async () => {
    const server = await serve(file(BYTES, { cutAfter: HALF }), file(BYTES));
    await expectWhole(await download(ITEM, mirrors(server)));
    expect(server.asked.map(({ range }) => range)).toEqual([undefined, `bytes=${HALF}-`]);
  });

  test('that stalls is asked for the rest', async () => {
    const server = await serve(file(BYTES, { stallAfter: HALF }), file(BYTES));
    await expectWhole(await download(ITEM, mirrors(server)));
    expect(server.asked.map(({ range }) => range)).toEqual([undefined, `bytes=${HALF}-`]);
  });

  test('that never answers is given up', async () => {
    const server = await serve(() => {});
    const patience = { stallMs: 300, tries: 1, rounds: 1 };
    await expectFailed(await download(ITEM, mirrors(server), { patience }), 'download-failed');
  });

  test('that ignores ranges is read from the beginning', async () => {
    const server = await serve(file(BYTES));
    await leaveHalf(ITEM, server);
    server.answer(raw(200, { 'content-length': `${BYTES.length}` }, BYTES));
    await expectWhole(await resume());
    expect(server.asked.map(({ range }) => range)).toEqual([`bytes=${HALF}-`, undefined]);
  });

  test.each([
    ['another part', `bytes ${HALF - 1}-${BYTES.length - 1}/${BYTES.length}`],
    ['a part of a larger file', `bytes ${HALF}-${BYTES.length - 1}/${BYTES.length + 1}`],
    ['a part of unknown length', `bytes ${HALF}-${BYTES.length - 1}/*`],
    ['nonsense', 'half'],
    ['a range that ends before it begins', `bytes ${HALF}-${HALF - 1}/${BYTES.length}`],
  ])('that claims to send %s is read from the beginning', async (_, contentRange) => {
    const server = await serve(file(BYTES));
    await leaveHalf(UNKNOWN, server, { etag: '"a"' });
    const headers = { etag: '"a"', 'content-range': contentRange };
    server.answer(raw(206, headers, OTHER.subarray(HALF)), file(BYTES));
    await expectWhole(await resume());
    expect(server.asked).toHaveLength(2);
  });

  test('that sends a part unasked is not listened to', async () => {
    const range = `bytes 5-${BYTES.length - 1}/${BYTES.length}`;
    const server = await serve(raw(206, { 'content-range': range }, BYTES.subarray(5)));
    await expectFailed(await download(ITEM, mirrors(server)), 'download-failed');
  });

  test('whose file changed meanwhile is read from the beginning', async () => {
    const server = await serve(file(BYTES));
    await leaveHalf(UNKNOWN, server);
    server.answer(file(OTHER));
    await expectWhole(await resume(), OTHER);
  });

  test('whose file changed, and that says so by its ETag only, is read from the beginning', async () => {
    const server = await serve(file(BYTES));
    await leaveHalf(UNKNOWN, server);
    const headers = { etag: '"other"', 'content-range': `bytes ${HALF}-${BYTES.length - 1}/${BYTES.length}` };
    server.answer(raw(206, headers, OTHER.subarray(HALF)), file(OTHER, { etag: '"other"' }));
    await expectWhole(await resume(), OTHER);
  });

  test('whose file is shorter than what is here is read from the beginning', async () => {
    const server = await serve(file(BYTES));
    await leaveHalf(UNKNOWN, server);
    server.answer(status(416), file(OTHER.subarray(0, 1000)));
    await expectWhole(await resume(), OTHER.slice(0, 1000));
  });

  test('that sends wrong bytes: the file is deleted', async () => {
    const state = await download(ITEM, mirrors(await serve(file(OTHER))));
    await expectFailed(state, 'download-corrupt');
    expect(await readdir(folder)).toEqual([]);
  });

  test('whose bytes are not those of its own hash: the file is deleted', async () => {
    const server = await serve(file(BYTES, { linkedEtag: sha256Of(OTHER) }));
    await expectFailed(await download(UNKNOWN, mirrors(server)), 'download-corrupt');
    expect(await readdir(folder)).toEqual([]);
  });

  test('that names another hash than the publisher is not read at all', async () => {
    const server = await serve(file(OTHER, { linkedEtag: sha256Of(OTHER) }));
    const state = await download(ITEM, mirrors(server));
    await expectFailed(state, 'download-failed');
    expect(state.bytes).toBe(0);
  });

  test('that has a file of another size is not read at all', async () => {
    const state = await download(ITEM, mirrors(await serve(file(BYTES.subarray(1)))));
    await expectFailed(state, 'download-failed');
    expect(state.bytes).toBe(0);
  });

  test('that sends more than the file is not believed', async () => {
    const chunked = { 'transfer-encoding': 'chunked' };
    const server = await serve(raw(200, chunked, Buffer.concat([BYTES, BYTES])));
    const state = await download(ITEM, mirrors(server));
    await expectFailed(state, 'download-failed');
    expect(state.error?.message).toContain('more than the whole file');
    expect(server.asked).toHaveLength(1);
  });

  test('that sends less than the file, without saying how much, is asked for the rest', async () => {
    const server = await serve(raw(200, { 'transfer-encoding': 'chunked' }, BYTES.subarray(0, HALF)), file(BYTES));
    await expectWhole(await download(ITEM, mirrors(server)));
  });

  test('that says no size of a file whose size nobody knows is not believed', async () => {
    const server = await serve(raw(200, { 'transfer-encoding': 'chunked' }, BYTES));
    await expectFailed(await download(UNKNOWN, mirrors(server)), 'download-failed');
  });

  test.each([
    ['a page', { 'content-type': 'text/html; charset=utf-8' }],
    ['an error in JSON', { 'content-type': 'application/json' }],
    ['something packed', { 'content-encoding': 'gzip' }],
  ])('that sends %s with a status of 200 is passed over', async (_, headers) => {
    const body = '<h1>Please log in</h1>';
    const bad = await serve(raw(200, { ...headers, 'content-length': `${body.length}` }, body));
    const state = await download(UNKNOWN, mirrors(bad, await serve(file(BYTES))));
    await expectWhole(state);
    expect(state.host).toBe('mirror1');
    expect(bad.asked).toHaveLength(1);
  });

  test.each([401, 403, 404, 410, 418])('that answers %s is passed over', async (code) => {
    const bad = await serve(status(code));
    await expectWhole(await download(ITEM, mirrors(bad, await serve(file(BYTES)))));
    expect(bad.asked).toHaveLength(1);
  });

  test.each([408, 429, 500, 503])('that answers %s is asked again', async (code) => {
    const server = await serve(status(code, { 'retry-after': '0.01' }), file(BYTES));
    await expectWhole(await download(ITEM, mirrors(server)));
    expect(server.asked).toHaveLength(2);
  });

  test('that stays busy is given up', async () => {
    const server = await serve(status(503));
    await expectFailed(await download(ITEM, mirrors(server)), 'download-failed');
    expect(server.asked).toHaveLength(4);
  });

  test.each([
    ['over the open network', 'http://example.com/model.pth'],
    ['to a file', 'file:///etc/passwd'],
    ['to nonsense', 'http://'],
    ['in circles', '/model.pth'],
  ])('that redirects %s is not followed', async (_, location) => {
    const server = await serve(status(302, { location }));
    await expectFailed(await download(ITEM, mirrors(server)), 'download-failed');
    expect(server.asked.length).toBeLessThanOrEqual(6);
  });

  test('that redirects to nowhere is not followed', async () => {
    await expectFailed(await download(ITEM, mirrors(await serve(status(302)))), 'download-failed');
  });

  test.each([
    ['https://example.com/model.pth', 'it redirects to example.com, which is no host that Anser contacts'],
    ['https://huggingface.co.example.com/a', 'it redirects to huggingface.co.example.com, which is no host'],
    ['https://huggingface.co@127.0.0.1/a', 'it redirects to 127.0.0.1, which is no host'],
    ['http://huggingface.co/model.pth', 'it redirects to an address that is not secure (http://huggingface.co)'],
    ['file:///etc/passwd', 'it redirects to an address that is not secure (file://)'],
  ])('that redirects to %s is not followed', async (location, message) => {
    const state = await download(ITEM, mirrors(await serve(status(302, { location }))));
    await expectFailed(state, 'download-failed');
    expect(state.error?.message).toContain(message);
  });

  test('that is no web server is given up', async () => {
    const server = await serve((request) => void request.socket.end('SSH-2.0-OpenSSH\r\n'));
    await expectFailed(await download(ITEM, mirrors(server)), 'download-failed');
  });
});

describe('several mirrors', () => {
  test('continue what another one began, where the publisher’s hash will tell', async () => {
    const first = await serve(file(BYTES, { cutAfter: HALF }), status(403));
    const second = await serve(file(BYTES));
    await expectWhole(await download(ITEM, mirrors(first, second)));
    expect(second.asked.map(({ range }) => range)).toEqual([`bytes=${HALF}-`]);
  });

  test('do not continue what another one began, where nothing tells that it is the same file', async () => {
    const first = await serve(file(BYTES, { cutAfter: HALF }), status(403));
    const second = await serve(file(OTHER));
    await expectWhole(await download(UNKNOWN, mirrors(first, second)), OTHER);
    expect(second.asked.map(({ range }) => range)).toEqual([`bytes=${HALF}-`, undefined]);
  });

  test('keep what is here while one that could continue it is only away', async () => {
    const [first, second] = [await serve(file(BYTES)), await serve(raw(200, {}, BYTES))];
    await leaveHalf(ITEM, first);
    first.answer(status(503), status(503), file(BYTES));
    const downloads = create();
    downloads.start(ITEM, mirrors(first, second), folder);
    await expectWhole(await atRest(downloads));
    expect(first.asked.map(({ range }) => range)).toEqual(Array(3).fill(`bytes=${HALF}-`));
  });

  test('of which none has the file', async () => {
    const state = await download(ITEM, mirrors(await serve(status(404)), await serve(status(410))));
    await expectFailed(state, 'download-missing');
  });

  test('of which none can be reached', async () => {
    const gone = await startFileServer();
    await gone[Symbol.asyncDispose]();
    await expectFailed(await download(ITEM, mirrors(gone, gone)), 'offline');
  });

  test('whose addresses are not secure or not permitted are never contacted', async () => {
    const addresses = ['http://huggingface.co/model.pth', 'nonsense', 'ftp://example.com/a', 'https://example.com/a'];
    const state = await download(ITEM, mirrors(...addresses));
    await expectFailed(state, 'download-failed');
    expect(state.error?.message).toContain('mirror2: its address is not a secure one');
    expect(state.error?.message).toContain('mirror3: example.com is no host that Anser contacts');
  });
});

describe('the user', () => {
  test('pauses and resumes', async () => {
    const server = await serve(file(BYTES, { stallAfter: HALF }));
    const downloads = create({ patience: { stallMs: 60_000 } });
    downloads.start(ITEM, mirrors(server), folder);
    await until(downloads, ({ bytes }) => bytes === HALF);
    await downloads.pause('m');
    expect(downloads.list()).toMatchObject([{ stage: 'paused', bytes: HALF, error: null }]);
    server.answer(file(BYTES));
    downloads.resume('m');
    await expectWhole(await atRest(downloads));
    expect(server.asked).toHaveLength(2);
  });

  test('pauses while it waits to try again', async () => {
    const server = await serve(status(503, { 'retry-after': '60' }));
    const downloads = create();
    downloads.start(ITEM, mirrors(server), folder);
    await expect.poll(() => server.asked.length).toBe(1);
    await downloads.pause('m');
    expect(downloads.list()).toMatchObject([{ stage: 'paused', error: null }]);
  });

  test('kills the app: it goes on at the byte', async () => {
    const server = await serve(file(BYTES, { stallAfter: HALF }));
    const module = pathToFileURL(join(import.meta.dirname, 'downloads.ts')).href;
    const start = `new Downloads().start(${JSON.stringify(ITEM)}, ${JSON.stringify(mirrors(server))}, process.argv[1]);`;
    const program = `import { Downloads } from ${JSON.stringify(module)}; ${start}`;
    const child = spawn(process.execPath, ['--input-type=module', '-e', program, folder], { stdio: 'inherit' });
    const part = join(folder, 'model.pth.part');
    await expect
      .poll(
        () =>
          stat(part).then(
            ({ size }) => size,
            () => 0,
          ),
        { timeout: 20_000 },
      )
      .toBe(HALF);
    child.kill('SIGKILL');
    await once(child, 'exit');
    server.asked.length = 0;
    server.answer(file(BYTES));
    await expectWhole(await resume());
    expect(server.asked).toMatchObject([{ range: `bytes=${HALF}-` }]);
  });

  test('cannot have a file put elsewhere than into the folder', () => {
    for (const fileName of ['../evil', 'a/b', ''])
      expect(() => create().start({ ...ITEM, fileName }, [], folder)).toThrow('Internal error');
  });

  test('cancels: nothing stays', async () => {
    const server = await serve(file(BYTES, { stallAfter: HALF }));
    const downloads = create({ patience: { stallMs: 60_000 } });
    downloads.start(ITEM, mirrors(server), folder);
    await until(downloads, ({ bytes }) => bytes === HALF);
    await downloads.cancel('m');
    expect(downloads.list()).toEqual([]);
    expect(await readdir(folder)).toEqual([]);
    expect(() => downloads.resume('m')).toThrow(expect.objectContaining({ code: 'not-found' }));
  });

  test('takes one that is ready off the list, and the file stays', async () => {
    const downloads = create();
    downloads.start(ITEM, mirrors(await serve(file(BYTES))), folder);
    await atRest(downloads);
    await downloads.cancel('m');
    expect(downloads.list()).toEqual([]);
    expect(await readdir(folder)).toEqual(['model.pth']);
  });

  test('starts two: one waits for the other', async () => {
    const server = await serve(file(BYTES, { stallAfter: HALF }), file(BYTES));
    const downloads = create({ patience: { stallMs: 60_000 } });
    downloads.start(ITEM, mirrors(server), folder);
    downloads.start({ ...ITEM, id: 'n', fileName: 'second.pth' }, mirrors(server), folder);
    downloads.start({ ...ITEM, id: 'o', fileName: 'third.pth' }, mirrors(server), folder);
    await until(downloads, ({ bytes }) => bytes === HALF);
    expect(downloads.list().map(({ stage }) => stage)).toEqual(['downloading', 'waiting', 'waiting']);
    await downloads.pause('n');
    await downloads.pause('m');
    expect((await atRest(downloads, 'o')).stage).toBe('ready');
    expect(downloads.list().map(({ stage }) => stage)).toEqual(['paused', 'paused', 'ready']);
  });

  test('starts one again after it failed', async () => {
    const server = await serve(status(404));
    const downloads = create();
    downloads.start(ITEM, mirrors(server), folder);
    await atRest(downloads);
    server.answer(file(BYTES));
    downloads.start(ITEM, mirrors(server), folder);
    await expectWhole(await atRest(downloads));
  });

  test('has the file already: it is not touched', async () => {
    await mkdir(folder);
    await writeFile(join(folder, 'model.pth'), 'mine');
    const server = await serve(file(BYTES));
    const state = await download(ITEM, mirrors(server));
    expect(state.error?.code).toBe('file-exists');
    expect(await readFile(join(folder, 'model.pth'), 'utf8')).toBe('mine');
    expect(server.asked).toEqual([]);
  });

  test('has damaged notes beside a part: it begins anew', async () => {
    const server = await serve(file(BYTES));
    await leaveHalf(ITEM, server);
    await writeFile(join(folder, 'model.pth.part.json'), '{"version":1,');
    const downloads = create();
    await downloads.restore(folder);
    expect(downloads.list()).toEqual([]);
    server.answer(file(BYTES));
    downloads.start(ITEM, mirrors(server), folder);
    await expectWhole(await atRest(downloads));
    expect(server.asked).toMatchObject([{ range: undefined }]);
  });

  test('gets a newer catalogue with another file of the same name: it begins anew', async () => {
    const server = await serve(file(BYTES));
    await leaveHalf(ITEM, server);
    server.answer(file(OTHER));
    const downloads = create();
    await downloads.restore(folder);
    downloads.start({ ...ITEM, sha256: sha256Of(OTHER) }, mirrors(server), folder);
    await expectWhole(await atRest(downloads), OTHER);
    expect(server.asked).toMatchObject([{ range: undefined }]);
  });

  test('stopped the app while the file was being checked: it is checked without a server', async () => {
    const server = await serve(file(BYTES));
    await leaveHalf(ITEM, server);
    await writeFile(join(folder, 'model.pth.part'), BYTES);
    await expectWhole(await resume());
    expect(server.asked).toEqual([]);
  });
});

describe('the disk', () => {
  test('without room is not begun to be filled', async () => {
    const server = await serve(file(BYTES));
    const freeBytes = (): Promise<number> => Promise.resolve(BYTES.length);
    await expectFailed(await download(ITEM, mirrors(server), { freeBytes }), 'disk-full');
    expect(server.asked).toEqual([]);
    await expectFailed(await download(UNKNOWN, mirrors(server), { freeBytes }), 'disk-full');
    expect(server.asked).toHaveLength(1);
  });

  test.skipIf(!existsSync('/dev/full'))('that fills up on the way keeps the part', async () => {
    await mkdir(folder);
    await symlink('/dev/full', join(folder, 'model.pth.part'));
    const state = await download(ITEM, mirrors(await serve(file(BYTES))));
    await expectFailed(state, 'disk-full');
    expect(await readdir(folder)).toEqual(['model.pth.part', 'model.pth.part.json']);
  });

  test('that has a file where the folder should be', async () => {
    await writeFile(folder, '');
    const server = await serve(file(BYTES));
    await expectFailed(await download(ITEM, mirrors(server)), 'storage-failed');
    expect(server.asked).toEqual([]);
  });

  test.skipIf(process.getuid?.() === 0 || process.platform === 'win32')('that is read-only', async () => {
    await mkdir(folder);
    await chmod(folder, 0o555);
    await expectFailed(await download(ITEM, mirrors(await serve(file(BYTES)))), 'folder-read-only');
    await chmod(folder, 0o755);
  });
});

describe('a proxy', () => {
  /** Passes plain requests on, and notes them. */
  async function startProxy(): Promise<{ url: string; passed: string[] }> {
    const passed: string[] = [];
    const proxy = createServer((request, response) => {
      passed.push(request.url ?? '');
      const onward = httpRequest(request.url ?? '', { headers: request.headers }, (reply) => {
        response.writeHead(reply.statusCode ?? 500, reply.headers);
        reply.pipe(response);
      });
      onward.end();
    });
    await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
    opened.push({
      [Symbol.asyncDispose]: async () => {
        proxy.closeAllConnections();
        await new Promise((resolve) => proxy.close(resolve));
      },
    });
    return { url: `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`, passed };
  }

  test('is gone through', async () => {
    const { url, passed } = await startProxy();
    const server = await serve(file(BYTES));
    await expectWhole(await download(ITEM, mirrors(server), { proxy: () => url }));
    expect(passed).toEqual([server.url]);
  });

  test.each(['nonsense', 'socks5://127.0.0.1:1', 'http://'])('called %s is none', async (proxy) => {
    const server = await serve(file(BYTES));
    await expectFailed(await download(ITEM, mirrors(server), { proxy: () => proxy }), 'proxy-invalid');
    expect(server.asked).toEqual([]);
  });

  test('that cannot be reached', async () => {
    const server = await serve(file(BYTES));
    const state = await download(ITEM, mirrors(server), { proxy: () => 'http://127.0.0.1:1' });
    await expectFailed(state, 'offline');
  });
});
