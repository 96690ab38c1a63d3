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
/**
 * How long readings may take to save themselves when the parent wants us gone (it ends us by force a little later), and
 * when it is gone itself. Then they may lose a few seconds of work.
 */
const FAREWELL_MS = 2500;
const ORPHAN_MS = 800;

const parent = process.ppid;
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
port.onClose(() => void leaveAfter(service.close(), 0, hasParent() ? FAREWELL_MS : ORPHAN_MS));

// Ctrl-C in a terminal reaches us, too, but it is the parent that decides when we go.
process.on('SIGINT', () => undefined);
// Remarks that nobody reads any more must not end the work.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);

async function leaveAfter(work: Promise<void>, code: number, mostMs = ORPHAN_MS): Promise<void> {
  // Not `exit`, which lets native libraries tidy up and has no time limit.
  setTimeout(() => process.kill(process.pid, 'SIGKILL'), mostMs).unref();
  await work.catch(() => undefined);
  process.exit(code);
}

/** Whether the parent still runs. Unix gives orphans another one at once; on Windows the old id stays, of nobody. */
function hasParent(): boolean {
  try {
    // Signal 0 only asks.
    return process.ppid === parent && process.kill(parent, 0);
  } catch {
    return false;
  }
}
