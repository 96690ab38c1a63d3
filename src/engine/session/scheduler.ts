/**
 * One GPU, many jobs: a job is a series of slices (a chunk of prefill, a step of decode), and the scheduler runs one
 * slice at a time, interactive ones first. It knows nothing of models; what a slice does is the caller's.
 */
import { EngineError } from '../api/errors.ts';
import type { Priority } from './types.ts';

export interface SliceOptions {
  /** Default: `interactive`. */
  readonly priority?: Priority | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface Scheduler {
  /**
   * Runs `slice` when its turn comes: interactive before background, within a priority by arrival. As a job asks for
   * its next slice only after the last one, jobs of one priority take turns.
   *
   * On abort a waiting slice is dropped at once; a running one completes first (the GPU cannot be interrupted). Either
   * way the call rejects with the signal's reason.
   * @throws whatever the slice throws; EngineError `device-lost` for every slice after one that failed so.
   */
  run<T>(slice: () => Promise<T>, options?: SliceOptions): Promise<T>;
}

export function createScheduler(): Scheduler {
  return new SliceScheduler();
}

interface WaitingSlice {
  readonly run: () => Promise<void>;
  readonly reject: (reason: unknown) => void;
}

class SliceScheduler implements Scheduler {
  readonly #queues: Record<Priority, WaitingSlice[]> = { interactive: [], background: [] };
  #working = false;
  #deviceLost: EngineError | undefined;

  run<T>(slice: () => Promise<T>, { priority = 'interactive', signal }: SliceOptions = {}): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      if (this.#deviceLost) return reject(this.#deviceLost);
      if (signal?.aborted) return reject(signal.reason);
      const queue = this.#queues[priority];
      const drop = (): void => {
        queue.splice(queue.indexOf(waiting), 1);
        reject(signal?.reason);
      };
      const run = async (): Promise<void> => {
        signal?.removeEventListener('abort', drop);
        try {
          const value = await slice();
          if (signal?.aborted) reject(signal.reason);
          else resolve(value);
        } catch (error) {
          reject(error);
          if (error instanceof EngineError && error.code === 'device-lost') this.#loseDevice(error);
        }
      };
      const waiting: WaitingSlice = {
        run,
        reject: (reason) => {
          signal?.removeEventListener('abort', drop);
          reject(reason);
        },
      };
      signal?.addEventListener('abort', drop);
      queue.push(waiting);
      void this.#work();
    });
  }

  /** Runs slices until none waits. Never rejects: a slice's failure goes to its own caller. */
  async #work(): Promise<void> {
    if (this.#working) return;
    this.#working = true;
    const { interactive, background } = this.#queues;
    let graceGiven = true;
    while (interactive.length + background.length > 0) {
      if (interactive.length === 0 && !graceGiven) {
        // The job whose interactive slice just ended is about to ask for the next one, after its caller has seen the
        // result; without a turn of the event loop a long background slice would slip in between any two tokens.
        await nextTurn();
        graceGiven = true;
        continue;
      }
      graceGiven = interactive.length === 0;
      await (interactive.shift() ?? background.shift())?.run();
    }
    // No await lies between the last look at the queues and this line, so no slice can be left behind.
    this.#working = false;
  }

  #loseDevice(error: EngineError): void {
    this.#deviceLost = error;
    for (const queue of Object.values(this.#queues)) for (const waiting of queue.splice(0)) waiting.reject(error);
  }
}

const nextTurn = (): Promise<void> =>
  new Promise((resolve) => {
    setTimeout(resolve, 0);
  });
