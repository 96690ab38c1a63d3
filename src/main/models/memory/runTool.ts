/** Runs a small program of the system for what it prints. */
import { execFile } from 'node:child_process';

/** What it prints, also when it then reports a failure; undefined when it is not there or takes too long. Never rejects. */
export type RunTool = (program: string, args: readonly string[]) => Promise<string | undefined>;

/** A driver that hangs must not keep anybody waiting. */
const LIMIT_MS = 2000;

export const runTool: RunTool = (program, args) => runFor(LIMIT_MS, program, args);

/** @param limitMs after which it is ended */
export function runFor(limitMs: number, program: string, args: readonly string[]): Promise<string | undefined> {
  return new Promise((resolve) => {
    const options = { timeout: limitMs, killSignal: 'SIGKILL', windowsHide: true, encoding: 'utf8' } as const;
    try {
      execFile(program, args, options, (error, stdout) => {
        const usable = !error || (typeof error.code === 'number' && stdout !== '');
        resolve(usable ? stdout : undefined);
      });
    } catch {
      resolve(undefined); // a name that no program can have
    }
  });
}
