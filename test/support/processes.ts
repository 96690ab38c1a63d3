/** The engine process of an app, and the end of processes. */
import { execFile } from 'node:child_process';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** How the engine's program is named, in the repository and bundled. */
const ENGINE = /[\\/]engine[\\/]process[\\/]entry\.ts|[\\/]engine\.mjs/;

interface EngineProcess {
  readonly pid: number;
  readonly parent: number;
  readonly args: string;
}

/** All engine processes of this machine. */
async function engines(): Promise<EngineProcess[]> {
  const { stdout } = await run('ps', ['-A', '-o', 'pid=,ppid=,stat=,args='], { maxBuffer: 1 << 24 });
  return stdout
    .split('\n')
    .map((line) => /^\s*(\d+)\s+(\d+)\s+(\S+)\s+(.*)$/.exec(line) ?? [])
    .filter(([, , , state, args]) => state?.[0] !== 'Z' && ENGINE.test(args ?? ''))
    .map(([, pid, parent, , args = '']) => ({ pid: Number(pid), parent: Number(parent), args }));
}

/** The engine process that the main process `pid` has started. @throws Error unless there is exactly one */
export async function engineOf(pid: number | undefined): Promise<number> {
  const own = (await engines()).filter(({ parent }) => parent === pid);
  const [engine] = own;
  if (engine === undefined || own.length > 1) throw new Error(`There are ${own.length} engine processes.`);
  return engine.pid;
}

/** The engine processes of a data folder, whoever has started them. */
export async function enginesOn(dataFolder: string): Promise<number[]> {
  return (await engines()).filter(({ args }) => args.split(' ').includes(dataFolder)).map(({ pid }) => pid);
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** Waits until the process does not run any more. @throws Error if that takes longer */
export async function gone(pid: number, withinMs: number): Promise<void> {
  const end = performance.now() + withinMs;
  while (isAlive(pid)) {
    if (performance.now() > end) throw new Error(`Process ${pid} still runs.`);
    await delay(50);
  }
}
