/** What a shell says when it starts the app. */
import type { ShellServices } from '../shellServices.ts';
import type { EngineFiles } from './engineFiles.ts';

export interface AppOptions {
  /** Where conversations, documents, states, settings and downloads are kept. */
  readonly dataFolder: string;
  readonly shell: ShellServices;
  readonly version: string;
  readonly engine: EngineFiles;
  readonly onBug: (error: unknown) => void;
}
