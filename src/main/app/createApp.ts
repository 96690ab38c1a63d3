/** The services behind a window, put together: the same in every shell. */
import { join } from 'node:path';
import { EngineError } from '../../engine/api/errors.ts';
import type { AppApi } from '../api/contract.ts';
import { Handouts } from '../handouts.ts';
import type { ShellServices } from '../shellServices.ts';

export interface AppOptions {
  /** Where conversations, documents, states, settings and downloads are kept. */
  readonly dataFolder: string;
  readonly shell: ShellServices;
  readonly version: string;
  /** The program that runs the engine and what it is to run. */
  readonly engine: { readonly nodePath: string; readonly entry: string };
  readonly onBug: (error: unknown) => void;
}

export interface RunningApp {
  readonly api: AppApi;
  readonly handouts: Handouts;
  /** Saves what is under way and stops the engine. */
  dispose(): Promise<void>;
}
