/**
 * The process around the terminal program: streams, Ctrl-C, exit code. Results go to the file descriptor in
 * ANSER_RESULT_FD: the GPU library prints remarks of its own to standard output, and the launcher (scripts/anser.mjs)
 * turns those to standard error. Without it results go to standard output itself.
 */
import { writeSync } from 'node:fs';
import { EngineError } from '../api/errors.ts';
import { systemReason } from '../hosts/files.ts';
import { runCli, EXIT_INTERRUPTED } from './cli.ts';

const resultFd = Number(process.env['ANSER_RESULT_FD'] ?? 1);
/** A launcher passes on the Ctrl-C that the terminal has sent us, too: two so close together are one. */
const SAME_INTERRUPT_MS = 500;

const interrupt = new AbortController();
let interruptedAt = -Infinity;
for (const name of ['SIGINT', 'SIGTERM'] as const)
  process.on(name, () => {
    const now = performance.now();
    if (interrupt.signal.aborted && now - interruptedAt > SAME_INTERRUPT_MS) process.exit(EXIT_INTERRUPTED);
    interruptedAt = now;
    interrupt.abort(new Error('Interrupted.'));
  });

// Remarks that nobody reads any more (`2>&1 | head`) must not end the work.
process.stderr.on('error', () => undefined);

process.exitCode = await runCli(process.argv.slice(2), {
  streams: {
    writeResult: (text) => {
      writeFully(resultFd, text);
    },
    writeRemark: (text) => {
      process.stderr.write(text);
    },
    remarksAreTerminal: process.stderr.isTTY,
    columns: process.stderr.columns,
  },
  input: () => process.stdin,
  signal: interrupt.signal,
  // Loaded only where a model is wanted: help and lists need no GPU library.
  openAnser: async (options) => (await import('../hosts/node.ts')).openAnser(options),
});

/**
 * Writes everything, or ends the process quietly when nobody reads any more (`anser states | head`).
 * @throws EngineError `storage-failed`, e.g. when a disk is full
 */
function writeFully(fd: number, text: string): void {
  let rest: Uint8Array = new TextEncoder().encode(text);
  while (rest.length > 0) {
    try {
      rest = rest.subarray(writeSync(fd, rest));
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? error.code : undefined;
      if (code === 'EPIPE') process.exit();
      // A pipe that does not block and is full at the moment.
      if (code !== 'EAGAIN')
        throw new EngineError('storage-failed', `The output cannot be written: ${systemReason(error)}.`, {
          cause: error,
          nextStep: 'Free some space on that disk, or send the output elsewhere.',
        });
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 10);
    }
  }
}
