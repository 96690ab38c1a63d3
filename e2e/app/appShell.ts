/** The app as a test starts it: a shell around the real page, services and engine, which can be killed and started again. */
import type { Page } from 'playwright';

export interface AppShell {
  /** The window. It is another one after each start. */
  readonly page: Page;
  /** Errors of the page and of the main process, but for those that follow from a kill. */
  readonly complaints: readonly string[];
  /** Starts the app on the same data folder and opens its window. */
  start(): Promise<void>;
  /** Ends the app as a user does. */
  quit(): Promise<void>;
  /** SIGKILL to the main process. */
  killMain(): Promise<void>;
  /** SIGKILL to the engine process. */
  killEngine(): Promise<void>;
  close(): Promise<void>;
}
