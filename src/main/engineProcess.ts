/** One run of the engine process: started, connected, watched until it ends. */
import { spawn } from 'node:child_process';
import { setTimeout } from 'node:timers/promises';
import { engineContract, type EngineApi } from '../engine/api/contract.ts';
import { connect } from '../engine/api/rpc/connect.ts';
import { childPort } from './childPort.ts';
import { LastLines } from './lastLines.ts';

export interface EngineProcessOptions {
  /** A Node 24: Electron cannot run the engine, which reads back from the GPU. */
  readonly nodePath: string;
  /** `src/engine/process/entry.ts`, or what was bundled from it. */
  readonly entry: string;
  readonly dataFolder: string;
  /** Default: this process's. */
  readonly env?: NodeJS.ProcessEnv;
}

/** How a run ended, and what was printed before. */
export interface EngineExit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** For a report: the last lines that it printed, and why we ended it, if we did. */
  readonly lastLines: string;
}

export interface EngineProcess {
  readonly api: EngineApi;
  /** Undefined when it could not be started. */
  readonly pid: number | undefined;
  /** Resolves when it cannot be reached any more, a little before it is gone. */
  readonly lost: Promise<void>;
  /** Resolves when the process is gone, whatever the reason. */
  readonly exited: Promise<EngineExit>;
  /** Asks it to end, which saves what runs; ends it by force after a while. */
  stop(): Promise<void>;
}

/** It gives itself less. */
const STOP_MS = 3000;
/** Somebody else may hold the other end of the pipes. */
const LAST_LINES_MS = 200;

export function startEngineProcess({ nodePath, entry, dataFolder, env }: EngineProcessOptions): EngineProcess {
  // Node says that running TypeScript is experimental.
  const child = spawn(nodePath, ['--disable-warning=ExperimentalWarning', entry, dataFolder], {
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    serialization: 'advanced',
    windowsHide: true,
    ...(env && { env }),
  });
  const lines = new LastLines();
  const printed = Promise.all([lines.follow(child.stdout), lines.follow(child.stderr)]);
  let why = '';
  const exited = new Promise<Omit<EngineExit, 'lastLines'>>((resolve) => {
    // Not `close`, which never comes after a `disconnect` of ours.
    child.once('exit', (code, signal) => resolve({ code, signal }));
    child.once('error', (error) => {
      why = error.message;
      // What never started does not exit.
      if (child.pid === undefined) resolve({ code: null, signal: null });
    });
  }).then(async (exit): Promise<EngineExit> => {
    await Promise.race([printed, setTimeout(LAST_LINES_MS)]);
    return { ...exit, lastLines: [lines.text, why].filter(Boolean).join('\n') };
  });
  const lost = new Promise<void>((resolve) => {
    child.once('disconnect', resolve).once('exit', () => resolve());
  });
  const port = childPort(child, (error) => {
    why = `It sent something that is no answer: ${String(error)}`;
    child.kill('SIGKILL');
  });
  return {
    api: connect(engineContract, port),
    pid: child.pid,
    lost,
    exited,
    stop: async () => {
      if (child.connected) child.disconnect();
      const ended = new AbortController();
      void exited.then(() => ended.abort());
      await setTimeout(STOP_MS, undefined, ended).catch(() => undefined);
      child.kill('SIGKILL');
      await exited;
    },
  };
}
