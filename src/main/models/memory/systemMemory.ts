/** The machine's memory, for what computes in it: CPUs, and GPUs that have none of their own. */
import { totalmem } from 'node:os';

const GIBIBYTE = 2 ** 30;

/** What this program may use at most. */
export function machineBytes(): number {
  // A container may allow less than there is; 0 or an absurd number where nothing is set.
  const allowed = process.constrainedMemory();
  return allowed > 0 ? Math.min(allowed, totalmem()) : totalmem();
}

/** The part that macOS lets a GPU keep: two thirds, three quarters of large memories. */
export const appleShare = (bytes: number): number => Math.floor(bytes * (bytes <= 36 * GIBIBYTE ? 2 / 3 : 3 / 4));

/** The part that Windows and the drivers of Linux let a GPU without memory of its own take. */
export const integratedShare = (bytes: number): number => Math.floor(bytes / 2);

/** The rest is for the system and for other programs. */
export const cpuShare = (bytes: number): number => Math.floor(bytes * (3 / 4));
