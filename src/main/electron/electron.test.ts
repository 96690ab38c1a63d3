/** The Electron layer against stand-ins for the parts of Electron that it uses. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { EventEmitter } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MessageChannel, type MessagePort } from 'node:worker_threads';
import type { App, BrowserWindow, IpcMain, MessagePortMain, Protocol, Session, Shell } from 'electron';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { connect } from '../../engine/api/rpc/connect.ts';
import { serve } from '../../engine/api/rpc/serve.ts';
import { appContract, type AppApi } from '../api/contract.ts';
import { PORT_MESSAGE } from '../api/window.ts';
import type { EngineFiles } from '../app/engineFiles.ts';
import { Handouts } from '../handouts.ts';
import { isOpenable } from '../shellServices.ts';
import { engineProgram } from './engineProgram.ts';
import { menuTemplate } from './menu.ts';
import { distrustPages, PAGE_URL, registerPageScheme, servePage } from './page.ts';
import { handOutPorts } from './ports.ts';
import { electronShell } from './shell.ts';
import { openPage, windowOptions } from './window.ts';

describe('the page', () => {
  let folder: string;
  let fetchPage: (request: { url: string }) => Promise<Response>;
  const handouts = new Handouts();
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'anser-electron-'));
    await writeFile(join(folder, 'index.html'), '<p>page</p>');
    const handle = (scheme: string, handler: typeof fetchPage): void => {
      expect(scheme).toBe('app');
      fetchPage = handler;
    };
    servePage({ handle } as unknown as Protocol, folder, handouts);
  });
  afterEach(() => rm(folder, { recursive: true }));

  test('is served from its folder, under its policy', async () => {
    const response = await fetchPage({ url: PAGE_URL });
    expect(await response.text()).toBe('<p>page</p>');
    expect(response.headers.get('content-security-policy')).toContain("default-src 'none'");
    expect((await fetchPage({ url: `${PAGE_URL}..%2fsecret.html` })).status).toBe(404);
  });

  test('can fetch a handout once', async () => {
    await writeFile(join(folder, 'bundle'), 'bytes');
    const url = PAGE_URL.slice(0, -1) + handouts.offer({ path: join(folder, 'bundle'), fileName: 'a.anser' });
    const response = await fetchPage({ url });
    expect(await response.text()).toBe('bytes');
    expect(response.headers.get('content-disposition')).toContain('attachment');
    expect((await fetchPage({ url })).status).toBe(404);
  });

  test('has a scheme that browsers take for secure', () => {
    const registerSchemesAsPrivileged = vi.fn();
    registerPageScheme({ registerSchemesAsPrivileged });
    const [[[{ scheme, privileges }]]] = registerSchemesAsPrivileged.mock.calls as [
      [[{ scheme: string; privileges: Record<string, boolean> }]],
    ];
    expect([scheme, privileges['secure'], privileges['standard']]).toEqual(['app', true, true]);
    expect(privileges['bypassCSP']).toBeUndefined();
  });
});

test('pages may not leave, open windows or be granted anything', () => {
  const app = new EventEmitter();
  const session = { setPermissionRequestHandler: vi.fn(), setPermissionCheckHandler: vi.fn() };
  distrustPages(app as unknown as App, session as unknown as Session);
  const contents = Object.assign(new EventEmitter(), { setWindowOpenHandler: vi.fn() });
  app.emit('web-contents-created', {}, contents);
  for (const name of ['will-navigate', 'will-redirect', 'will-attach-webview']) {
    const preventDefault = vi.fn();
    contents.emit(name, { preventDefault });
    expect(preventDefault, name).toHaveBeenCalledOnce();
  }
  const [openHandler] = contents.setWindowOpenHandler.mock.calls[0] as [() => { action: string }];
  expect(openHandler()).toEqual({ action: 'deny' });
  const [onRequest] = session.setPermissionRequestHandler.mock.calls[0] as [
    (contents: unknown, name: string, answer: (granted: boolean) => void) => void,
  ];
  const answer = vi.fn();
  onRequest(undefined, 'media', answer);
  expect(answer).toHaveBeenCalledWith(false);
  const [onCheck] = session.setPermissionCheckHandler.mock.calls[0] as [() => boolean];
  expect(onCheck()).toBe(false);
});

/** A port of Node behaves as Electron's does, but for its name for messages. */
const electronPort = (port: MessagePort): MessagePortMain =>
  Object.assign(new EventEmitter(), {
    postMessage: (message: unknown) => port.postMessage(message),
    start(this: EventEmitter) {
      port.on('message', (data: unknown) => this.emit('message', { data }));
      port.on('close', () => this.emit('close'));
    },
  }) as unknown as MessagePortMain;

describe('ports', () => {
  function ask(senderFrame: unknown): { messages: unknown[][]; end: MessagePort } {
    const ipcMain = new EventEmitter();
    const { port1, port2 } = new MessageChannel();
    handOutPorts(
      ipcMain as unknown as IpcMain,
      () => ({ port1: electronPort(port1), port2: electronPort(port2) }),
      (port) => serve(appContract, { listFolders: async () => [] } as unknown as AppApi, port),
    );
    const messages: unknown[][] = [];
    ipcMain.emit(PORT_MESSAGE, { senderFrame, sender: { postMessage: (...all: unknown[]) => messages.push(all) } });
    return { messages, end: port2 };
  }

  test('our page gets one that serves the contract', async () => {
    const { messages, end } = ask({ parent: null, url: `${PAGE_URL}index.html#/chat` });
    expect(messages).toHaveLength(1);
    const app = connect(appContract, {
      post: (message) => end.postMessage(message),
      onMessage: (listener) => void end.on('message', listener),
      onClose: (listener) => void end.on('close', listener),
    });
    expect(await app.listFolders({})).toEqual([]);
    end.close();
  });

  test.each([
    ['another page', { parent: null, url: 'https://evil.example/' }],
    ['a look-alike', { parent: null, url: 'app://anser.evil.example/' }],
    ['a frame in our page', { parent: {}, url: PAGE_URL }],
    ['a frame that is gone', null],
  ])('%s gets none', (_, senderFrame) => {
    const { messages, end } = ask(senderFrame);
    expect(messages).toEqual([]);
    end.close();
  });
});

describe('the window', () => {
  test('keeps its page in the sandbox', () => {
    expect(windowOptions('/preload.cjs').webPreferences).toMatchObject({
      ...{ sandbox: true, contextIsolation: true, nodeIntegration: false, webviewTag: false },
    });
  });

  test('loads its page again after a crash, but not in a loop', () => {
    vi.useFakeTimers({ now: 0 });
    const webContents = Object.assign(new EventEmitter(), { reload: vi.fn() });
    const window = Object.assign(new EventEmitter(), { webContents, show: vi.fn(), loadURL: vi.fn() });
    openPage(window as unknown as BrowserWindow);
    expect(window.loadURL).toHaveBeenCalledWith(PAGE_URL);
    window.emit('ready-to-show');
    expect(window.show).toHaveBeenCalledOnce();
    webContents.emit('render-process-gone');
    expect(webContents.reload).not.toHaveBeenCalled();
    vi.setSystemTime(60_000);
    webContents.emit('render-process-gone');
    webContents.emit('render-process-gone');
    expect(webContents.reload).toHaveBeenCalledOnce();
    vi.useRealTimers();
  });
});

test('dialogs give paths, and none when they are closed', async () => {
  const showOpenDialog = vi
    .fn()
    .mockResolvedValueOnce({ filePaths: ['/a', '/b'] })
    .mockResolvedValue({ filePaths: [] });
  const shell = electronShell({ showOpenDialog }, {} as Shell);
  expect(await shell.pickFiles('models')).toEqual(['/a', '/b']);
  expect(await shell.pickFiles('bundle')).toEqual([]);
  expect(await shell.pickFolder()).toBeNull();
});

test.each([
  ['https://example.org/a?b', true],
  ['mailto:a@example.org', true],
  ['file:///etc/passwd', false],
  ['javascript:alert(1)', false],
  ['app://anser/', false],
  ['smb://host/share', false],
  ['no address', false],
])('%s may be opened: %s', (url, openable) => {
  expect(isOpenable(url)).toBe(openable);
});

test('only macOS has a menu of the app itself', () => {
  expect(menuTemplate('darwin')[0]).toEqual({ role: 'appMenu' });
  expect(menuTemplate('linux')[0]).toEqual({ role: 'fileMenu' });
});

describe('the engine’s program', () => {
  const getAppPath = (): string => '/src';

  test('lies beside a packaged app', () => {
    const at = (platform: NodeJS.Platform): EngineFiles =>
      engineProgram({ isPackaged: true, getAppPath }, { platform, env: {}, resourcesPath: '/app' });
    expect(at('linux')).toEqual({
      nodePath: '/app/node/node',
      entry: '/app/engine/engine.mjs',
      embeddedModel: '/app/engine/resources/models/anser-demo-q8_0.gguf',
      sampleDocument: '/app/engine/resources/samples/lighthouse.md',
    });
    expect(at('win32').nodePath).toBe('/app/node/node.exe');
  });

  test('is named by the start script in development', () => {
    const host = { platform: 'linux', env: { ANSER_NODE: '/node24' } } as const;
    expect(engineProgram({ isPackaged: false, getAppPath }, host)).toEqual({
      nodePath: '/node24',
      entry: '/src/src/engine/process/entry.ts',
      embeddedModel: '/src/resources/models/anser-demo-q8_0.gguf',
      sampleDocument: '/src/resources/samples/lighthouse.md',
    });
    expect(() => engineProgram({ isPackaged: false, getAppPath }, { ...host, env: {} })).toThrow('npm start');
  });
});
