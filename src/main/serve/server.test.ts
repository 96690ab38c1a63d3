/** The real server over real sockets, with a stand-in for the services. */
import { mkdtemp, mkdir, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { request as httpRequest } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { connect } from '../../engine/api/rpc/connect.ts';
import { appContract, type AppApi } from '../api/contract.ts';
import { Handouts } from '../handouts.ts';
import { startServer, type AppServer } from './server.ts';
import { socketPort } from './socketPort.ts';
import { Uploads } from './uploads.ts';

let folder: string;
let server: AppServer;
let handouts: Handouts;
let origin: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'anser-serve-'));
  await mkdir(join(folder, 'page'));
  await writeFile(join(folder, 'page', 'index.html'), '<p>page</p>');
  handouts = new Handouts();
  server = await startServer({
    // Only what the test asks for.
    app: { listFolders: async () => [{ id: 'a', name: 'Books', conversationCount: 2 }] } as unknown as AppApi,
    handouts,
    uploads: new Uploads(join(folder, 'uploads')),
    pageFolder: join(folder, 'page'),
    port: 0,
    onBug: () => undefined,
  });
  origin = `http://127.0.0.1:${server.port}`;
});
afterEach(async () => {
  await server.close();
  await rm(folder, { recursive: true });
});

/** Uses a link; returns the cookie. */
async function enter(): Promise<string> {
  const response = await fetch(server.newLink(), { redirect: 'manual' });
  expect(response.status).toBe(303);
  expect(response.headers.get('location')).toBe('/');
  const cookie = response.headers.get('set-cookie') ?? '';
  expect(cookie).toMatch(/; HttpOnly; SameSite=Strict; Path=\/$/);
  return cookie.split(';')[0] ?? '';
}

/** `fetch` would not let us lie about the host. */
const statusOf = (headers: Record<string, string>, path = '/'): Promise<number> =>
  new Promise((resolve, reject) => {
    httpRequest({ host: '127.0.0.1', port: server.port, path, headers }, (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    })
      .on('error', reject)
      .end();
  });

test('a link opens the page once', async () => {
  const link = server.newLink();
  const first = await fetch(link, { redirect: 'manual' });
  expect(first.status).toBe(303);
  const cookie = first.headers.get('set-cookie')?.split(';')[0] ?? '';
  const page = await fetch(`${origin}/`, { headers: { cookie } });
  expect(await page.text()).toBe('<p>page</p>');
  expect(page.headers.get('content-security-policy')).toContain("default-src 'none'");
  expect((await fetch(link, { redirect: 'manual' })).status).toBe(403);
});

test('strangers get nothing', async () => {
  const cookie = await enter();
  const host = `127.0.0.1:${server.port}`;
  expect(await statusOf({ host })).toBe(403);
  expect(await statusOf({ host, cookie: 'anser=guess' })).toBe(403);
  expect(await statusOf({ host: 'evil.example', cookie })).toBe(403);
  expect(await statusOf({ host, cookie, origin: 'http://evil.example' })).toBe(403);
  expect(await statusOf({ host, cookie, origin })).toBe(200);
  expect(await statusOf({ host: 'evil.example' }, `/${new URL(server.newLink()).search}`)).toBe(403);
});

const socketError = (headers: Record<string, string>, path = '/socket'): Promise<string> =>
  new Promise((resolve) => {
    const socket = new WebSocket(`ws://127.0.0.1:${server.port}${path}`, { headers });
    socket.on('error', (error) => resolve(error.message));
    socket.on('open', () => {
      socket.close();
      resolve('');
    });
  });

test('a socket needs the cookie, and the page it belongs to', async () => {
  const cookie = await enter();
  expect(await socketError({ cookie })).toMatch(/403/);
  expect(await socketError({ origin })).toMatch(/403/);
  expect(await socketError({ cookie, origin: 'http://evil.example' })).toMatch(/403/);
  expect(await socketError({ cookie, origin }, '/other')).toMatch(/403/);
  expect(await socketError({ cookie, origin })).toBe('');
});

test('the contract is served on it, and nonsense closes it', async () => {
  const cookie = await enter();
  const socket = new WebSocket(`ws://127.0.0.1:${server.port}/socket`, { headers: { cookie, origin } });
  await new Promise((resolve) => socket.once('open', resolve));
  const app = connect(appContract, socketPort(socket));
  expect(await app.listFolders({})).toEqual([{ id: 'a', name: 'Books', conversationCount: 2 }]);
  const closed = new Promise((resolve) => socket.once('close', resolve));
  socket.send('no JSON');
  expect(await closed).toBe(1003);
});

test.each([
  ['report.txt', 'report.txt'],
  ['../../evil.txt', 'evil.txt'],
  ['..\\evil.txt', 'evil.txt'],
  ['书 名.txt', '书 名.txt'],
  ['..', 'file'],
])('a file called %s comes in as %s', async (name, expected) => {
  const cookie = await enter();
  const response = await fetch(`${origin}/upload?name=${encodeURIComponent(name)}`, {
    ...{ method: 'POST', body: 'text', headers: { cookie, origin } },
  });
  const { path } = (await response.json()) as { path: string };
  expect(path.endsWith(join('/', expected))).toBe(true);
  expect(path.startsWith(join(folder, 'uploads'))).toBe(true);
  expect(await readFile(path, 'utf8')).toBe('text');
});

test('a file that is cut off leaves nothing', async () => {
  const cookie = await enter();
  await new Promise<void>((resolve) => {
    const request = httpRequest(`${origin}/upload?name=a`, {
      method: 'POST',
      headers: { cookie, origin, 'content-length': '100' },
    });
    request.on('error', () => resolve());
    request.write('half');
    setTimeout(() => request.destroy(), 50);
  });
  await expect.poll(() => readdir(join(folder, 'uploads'))).toEqual([]);
});

test('a handout can be fetched once', async () => {
  const cookie = await enter();
  await writeFile(join(folder, 'bundle'), 'bytes');
  const url = origin + handouts.offer({ path: join(folder, 'bundle'), fileName: '书.anser' });
  expect((await fetch(url)).status).toBe(403);
  const response = await fetch(url, { headers: { cookie } });
  expect(await response.text()).toBe('bytes');
  expect(response.headers.get('content-disposition')).toBe("attachment; filename*=UTF-8''%E4%B9%A6.anser");
  expect((await fetch(url, { headers: { cookie } })).status).toBe(404);
});
