/** The app as users run it (`anser serve`), in a process of its own, and a line to it as the page has one. */
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { WebSocket } from 'ws';
import { engineOf, gone } from './processes.ts';
import { startServe } from './serveProcess.ts';
import { connect } from '../../src/engine/api/rpc/connect.ts';
import { appContract, type AppApi } from '../../src/main/api/contract.ts';
import { socketPort } from '../../src/main/serve/socketPort.ts';

const ORPHAN_MS = 20_000;

const atOnce = (): Promise<void> => Promise.resolve();

export interface RunningApp {
  readonly app: AppApi;
  readonly main: ChildProcess;
  /** @param moment resolves when it is to be killed */
  killEngine(moment?: () => Promise<void>): Promise<void>;
  /** Returns when the engine, too, is gone. */
  killMain(moment?: () => Promise<void>): Promise<void>;
  quit(): Promise<void>;
}

/** @throws Error when the app ends before it can be reached */
export async function startApp(dataFolder: string, env: NodeJS.ProcessEnv = process.env): Promise<RunningApp> {
  const served = await startServe(dataFolder, (text) => process.stderr.write(text), env);
  const { main } = served;
  const link = new URL(served.link);
  const entered = await fetch(link, { redirect: 'manual' });
  const cookie = entered.headers.get('set-cookie')?.split(';')[0] ?? '';
  const socket = new WebSocket(`ws://${link.host}/socket`, { headers: { cookie, origin: link.origin } });
  await once(socket, 'open');
  // A killed app cuts the line; whoever waits for an answer is told by the contract.
  socket.on('error', () => undefined);
  const app = connect(appContract, socketPort(socket));
  const end = async (signal: 'SIGTERM' | 'SIGKILL', moment = atOnce): Promise<void> => {
    const engine = await engineOf(main.pid).catch(() => undefined);
    await moment();
    const ended = once(main, 'exit');
    main.kill(signal);
    await ended;
    if (engine !== undefined) await gone(engine, ORPHAN_MS);
  };
  return {
    ...{ app, main },
    killMain: (moment) => end('SIGKILL', moment),
    quit: () => end('SIGTERM'),
    killEngine: async (moment = atOnce) => {
      const engine = await engineOf(main.pid);
      await moment();
      process.kill(engine, 'SIGKILL');
      await gone(engine, ORPHAN_MS);
    },
  };
}
