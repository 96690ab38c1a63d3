/**
 * The page's line to the main side: opens it, follows the app's events, and opens it again when it was cut. The `app`
 * object stays the same over all that; calls while there is no line fail with `connection-lost`.
 */
import { connect } from '../../engine/api/rpc/connect.ts';
import { connectionLost } from '../../engine/api/rpc/remoteError.ts';
import { appContract, type AppApi, type AppEvent } from '../../main/api/contract.ts';
import type { Shell } from './shell.ts';

export interface ConnectionObserver {
  onConnected(): void;
  onLost(): void;
  onEvent(event: AppEvent): void;
}

const FIRST_RETRY_MS = 250;
const LONGEST_RETRY_MS = 5000;

export class Connection {
  readonly app: AppApi;
  readonly #shell: Shell;
  #current: AppApi | undefined;

  constructor(shell: Shell) {
    this.#shell = shell;
    const methods = Object.entries(appContract).map(([name, method]) => {
      type Any = (...args: unknown[]) => unknown;
      const forward: Any = (...args) => {
        const current = this.#current as Record<string, Any> | undefined;
        if (current) return current[name]?.(...args);
        return method.kind === 'call' ? Promise.reject(connectionLost()) : failing();
      };
      return [name, forward];
    });
    // Made from the contract's own entries, so it has exactly its methods.
    this.app = Object.fromEntries(methods) as AppApi;
  }

  /** Keeps the line open for as long as the page lives. Never returns and never throws. */
  async keep(observer: ConnectionObserver): Promise<never> {
    for (let wait = FIRST_RETRY_MS; ; wait = Math.min(2 * wait, LONGEST_RETRY_MS)) {
      try {
        const app = connect(appContract, await this.#shell.openPort());
        this.#current = app;
        observer.onConnected();
        wait = FIRST_RETRY_MS;
        for await (const event of app.watch({})) observer.onEvent(event);
      } catch (error) {
        console.info('The line to the main side ended.', error);
      }
      this.#current = undefined;
      observer.onLost();
      await new Promise((resolve) => setTimeout(resolve, wait));
    }
  }
}

// eslint-disable-next-line require-yield -- a stream that only fails
async function* failing(): AsyncGenerator<never, void, undefined> {
  throw connectionLost();
}
