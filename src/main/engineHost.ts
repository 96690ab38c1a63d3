/**
 * Keeps an engine process running: starts it, starts it again after a crash, loads the model that was loaded, and gives the
 * rest of the app one engine that outlives all of it.
 */
import { engineContract, type EngineApi } from '../engine/api/contract.ts';
import { CodedError } from '../engine/api/errors.ts';
import { connectionLost } from '../engine/api/rpc/remoteError.ts';
import type { LoadedModel } from '../engine/api/schemas.ts';
import { BackOff, DEFAULT_BACK_OFF, type BackOffOptions } from './backOff.ts';
import { delegate } from './delegate.ts';
import { startEngineProcess, type EngineExit, type EngineProcess, type EngineProcessOptions } from './engineProcess.ts';
import { Gate } from './gate.ts';
import { LastModel } from './lastModel.ts';

export interface EngineHostOptions extends EngineProcessOptions {
  readonly backOff?: BackOffOptions;
}

export type EngineStatus =
  /** The process is starting, or the model is being loaded again. */
  | { readonly type: 'starting' }
  | { readonly type: 'running' }
  /** It crashed and is started again soon. */
  | { readonly type: 'restarting'; readonly exit: EngineExit }
  /** It crashed too often; `start` tries again. */
  | { readonly type: 'failed'; readonly exit: EngineExit }
  | { readonly type: 'disposed' };

/** What a restart brought back. */
export interface EngineRestart {
  /** How the process before ended. */
  readonly exit: EngineExit;
  /** The model that was loaded and is again. */
  readonly model: LoadedModel | undefined;
  /** Why the model that was loaded is not any more. */
  readonly notLoaded: unknown;
}

/** They wait until the model is back after a restart; everything else only for the process. */
const NEED_MODEL: ReadonlySet<keyof EngineApi> = new Set([
  ...(['countTokens', 'answer', 'importDocument', 'readDocument', 'askDocument'] as const),
]);

export class EngineHost {
  readonly #options: EngineHostOptions;
  readonly #backOff: BackOff;
  readonly #lastModel = new LastModel();
  readonly #engine: EngineApi;
  readonly #onStatus = new Set<(status: EngineStatus) => void>();
  readonly #onRestart = new Set<(restart: EngineRestart) => void>();
  #status: EngineStatus = { type: 'starting' };
  #process: EngineProcess | undefined;
  /** Set while a restart is due. */
  #timer: NodeJS.Timeout | undefined;
  #lastExit: EngineExit | undefined;
  /** Why the model is not back, until that is told. */
  #notLoaded: unknown;
  /** The process answers; and its model, if there was one, is back or cannot be. */
  readonly #up = new Gate<EngineApi>();
  readonly #complete = new Gate<EngineApi>();

  /** Starts the process. */
  constructor(options: EngineHostOptions) {
    this.#options = options;
    this.#backOff = new BackOff(options.backOff ?? DEFAULT_BACK_OFF);
    this.#engine = this.#lastModel.watch(
      delegate(engineContract, (method, signal) => (NEED_MODEL.has(method) ? this.#complete : this.#up).pass(signal)),
    );
    this.#launch();
  }

  get status(): EngineStatus {
    return this.#status;
  }

  /** Of the process that runs now; undefined while none does. */
  get pid(): number | undefined {
    return this.#process?.pid;
  }

  /**
   * The engine, usable as long as this host. Calls under way when the process ends fail with `connection-lost`, as do all
   * that come after it has failed for good or the host was disposed; those that come while it is started again wait.
   */
  engine(): EngineApi {
    return this.#engine;
  }

  /** @returns what ends the watching */
  onStatus(listener: (status: EngineStatus) => void): () => void {
    this.#onStatus.add(listener);
    return () => this.#onStatus.delete(listener);
  }

  /** Told when the engine is back after a crash, so that what was under way can go on. @returns what ends the watching */
  onRestart(listener: (restart: EngineRestart) => void): () => void {
    this.#onRestart.add(listener);
    return () => this.#onRestart.delete(listener);
  }

  /** Tries again after it has failed; otherwise does nothing. */
  start(): void {
    if (this.#status.type !== 'failed') return;
    this.#backOff.reset();
    this.#shutGates();
    this.#launch();
  }

  /** Ends the process, which saves what runs. */
  async dispose(): Promise<void> {
    if (this.#status.type === 'disposed') return;
    clearTimeout(this.#timer);
    this.#setStatus({ type: 'disposed' });
    this.#failGates();
    await this.#process?.stop();
  }

  #launch(): void {
    this.#setStatus({ type: 'starting' });
    const process = startEngineProcess(this.#options);
    this.#process = process;
    void process.lost.then(() => {
      if (this.#process === process && this.#status.type !== 'disposed') this.#shutGates();
    });
    void process.exited.then((exit) => this.#ended(exit));
    // When it ends meanwhile, `#ended` is told.
    void this.#greet(process).catch(() => undefined);
  }

  async #greet(process: EngineProcess): Promise<void> {
    // Asks for nothing but an answer.
    await process.api.deleteSnapshots({ ids: [] });
    this.#up.open(process.api);
    const model = await this.#reload(process);
    if (this.#process !== process || this.#status.type === 'disposed') return;
    this.#complete.open(process.api);
    this.#setStatus({ type: 'running' });
    const [exit, notLoaded] = [this.#lastExit, this.#notLoaded];
    this.#notLoaded = undefined;
    if (exit) for (const listener of this.#onRestart) listener({ exit, model, notLoaded });
  }

  /** A model that cannot be loaded is no reason to be without an engine; a process that ends over it is. */
  async #reload({ api, exited }: EngineProcess): Promise<LoadedModel | undefined> {
    try {
      return await this.#lastModel.reload(api);
    } catch (error) {
      this.#notLoaded = error;
      if (error instanceof CodedError && error.code === 'connection-lost') await exited;
      return undefined;
    }
  }

  #ended(exit: EngineExit): void {
    this.#process = undefined;
    if (this.#status.type === 'disposed') return;
    this.#lastExit = exit;
    const delay = this.#backOff.crashed(performance.now());
    if (delay === undefined) {
      this.#failGates();
      return this.#setStatus({ type: 'failed', exit });
    }
    this.#shutGates();
    this.#setStatus({ type: 'restarting', exit });
    this.#timer = setTimeout(() => this.#launch(), delay);
  }

  #shutGates(): void {
    this.#up.shut();
    this.#complete.shut();
  }

  #failGates(): void {
    this.#up.fail(connectionLost());
    this.#complete.fail(connectionLost());
  }

  #setStatus(status: EngineStatus): void {
    this.#status = status;
    for (const listener of this.#onStatus) listener(status);
  }
}
