/**
 * The engine process: `node entry.ts DATA_FOLDER`, started by the app's main process with a channel to it. It lives no
 * longer than that one. Nothing may read its standard output: the GPU library prints remarks of its own there.
 */
import { engineContract } from '../api/contract.ts';
import { serve } from '../api/rpc/serve.ts';
import { parentPort } from './parentPort.ts';
import { createService } from './service.ts';

/** Tells the parent that the device was lost, in place of a crash. */
const EXIT_DEVICE_LOST = 75;
/** The parent is gone or wants us gone: readings save themselves within this time, or lose a few seconds of work. */
const LAST_MOMENTS_MS = 800;

const dataFolder = process.argv[2];
if (dataFolder === undefined) throw new Error('The data folder is missing.');

const port = parentPort();
const service = createService({
  dataFolder,
  // Dawn can open another device in the same process, but the driver below it may not be sound after a loss, and what the
  // lost device held in memory often stays. A new process has neither trouble, and the parent loads the model again there.
  onDeviceLost: () => void leaveAfter(port.sent(), EXIT_DEVICE_LOST),
});
serve(engineContract, service.api, port, (error) => {
  process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
});
port.onClose(() => void leaveAfter(service.close(), 0));

// Ctrl-C in a terminal reaches us, too, but it is the parent that decides when we go.
process.on('SIGINT', () => undefined);
// Remarks that nobody reads any more must not end the work.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);

async function leaveAfter(work: Promise<void>, code: number): Promise<void> {
  // Not `exit`, which lets native libraries tidy up and has no time limit.
  setTimeout(() => process.kill(process.pid, 'SIGKILL'), LAST_MOMENTS_MS).unref();
  await work.catch(() => undefined);
  process.exit(code);
}
