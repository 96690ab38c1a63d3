/** How long and how often something is tried. */
import { setTimeout as sleep } from 'node:timers/promises';

export interface Patience {
  /** The longest time without a byte. */
  readonly stallMs: number;
  /** Before the first further try; doubles with each. */
  readonly firstBackOffMs: number;
  readonly mostBackOffMs: number;
  /** At one mirror, one after another without getting anywhere. */
  readonly tries: number;
  /** Through all mirrors, as long as it may be the network's fault. */
  readonly rounds: number;
  /** A try that brought as many bytes got somewhere. */
  readonly gainBytes: number;
}

export const DEFAULT_PATIENCE: Patience = {
  stallMs: 30_000,
  firstBackOffMs: 1000,
  mostBackOffMs: 30_000,
  tries: 3,
  rounds: 6,
  gainBytes: 64 * 1024,
};

/** Waits before the try number `count` (from 1). @throws the signal's reason */
export async function backOff(patience: Patience, count: number, signal: AbortSignal, askedMs = 0): Promise<void> {
  const { firstBackOffMs, mostBackOffMs } = patience;
  const waitMs = Math.max(askedMs, Math.min(firstBackOffMs * 2 ** (count - 1), mostBackOffMs));
  try {
    await sleep(waitMs, undefined, { signal });
  } catch (error) {
    signal.throwIfAborted();
    throw error;
  }
}
