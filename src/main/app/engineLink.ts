/**
 * The engine as the services and the window see it: which model is loaded, how far loading is, and what an unexpected end
 * of its process interrupted.
 */
import type { EngineApi } from '../../engine/api/contract.ts';
import { faultOf } from '../../engine/api/rpc/remoteError.ts';
import type { LoadedModel } from '../../engine/api/schemas.ts';
import type { EngineStatus } from '../api/models.ts';
import type { EngineAccess } from '../engineAccess.ts';
import type { EngineHost } from '../engineHost.ts';

type LoadParams = Parameters<EngineApi['loadModel']>[0];

export interface EngineLinkParts {
  readonly host: Pick<EngineHost, 'engine' | 'status' | 'onStatus' | 'onRestart' | 'start'>;
  onStatus(status: EngineStatus): void;
  /** The process is back, with the model if it could be loaded again. */
  onRestarted(): void;
}

export class EngineLink implements EngineAccess {
  readonly api: EngineApi;
  readonly #parts: EngineLinkParts;
  #model: LoadedModel | undefined;
  #status: EngineStatus = { type: 'empty' };
  #quantisedFailed = false;
  #loading: Promise<LoadedModel> | undefined;
  readonly #waiting = new Set<() => void>();

  constructor(parts: EngineLinkParts) {
    this.#parts = parts;
    this.api = parts.host.engine();
    parts.host.onStatus((status) => {
      if (status.type === 'restarting') this.#setStatus({ type: 'restarting' });
      if (status.type === 'failed')
        this.#fail({ code: 'connection-lost', message: `The engine keeps ending.\n${status.exit.lastLines}` });
      this.#wake();
    });
    parts.host.onRestart(({ model, notLoaded }) => {
      this.#model = model;
      if (notLoaded === undefined) this.#setStatus(model ? { type: 'loaded', model } : { type: 'empty' });
      else this.#fail(faultOf(notLoaded));
      this.#wake();
      parts.onRestarted();
    });
  }

  get model(): LoadedModel | undefined {
    // While it is away nothing can use it, but it will be back.
    return this.#model;
  }

  /** Of the model that is loaded or being loaded. */
  get path(): string | undefined {
    return this.#status.type === 'loading' ? this.#status.path : this.#model?.path;
  }

  /** What was quantised by the load that was last begun could not be kept. */
  get quantisedFailed(): boolean {
    return this.#quantisedFailed;
  }

  get status(): EngineStatus {
    return this.#status;
  }

  async recovered(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      if (this.#parts.host.status.type === 'running' || this.#parts.host.status.type === 'failed') return;
      await new Promise<void>((resolve) => {
        const done = (): void => {
          this.#waiting.delete(done);
          signal.removeEventListener('abort', done);
          resolve();
        };
        this.#waiting.add(done);
        signal.addEventListener('abort', done);
      });
    }
    throw signal.reason;
  }

  /** Loads a model in place of the one that is loaded; a second call waits for the first one. @throws as `loadModel` */
  load(params: LoadParams): Promise<LoadedModel> {
    const before = this.#loading?.catch(() => undefined) ?? Promise.resolve();
    const loading = before.then(() => this.#load(params));
    this.#loading = loading;
    return loading;
  }

  /** @throws as `unloadModel` */
  async unload(): Promise<void> {
    await this.#loading?.catch(() => undefined);
    await this.api.unloadModel({});
    this.#model = undefined;
    this.#setStatus({ type: 'empty' });
  }

  async #load(params: LoadParams): Promise<LoadedModel> {
    // After too many crashes it waits to be asked.
    this.#parts.host.start();
    this.#model = undefined;
    this.#quantisedFailed = false;
    const told = { type: 'loading', path: params.path, testing: false } as const;
    let fraction = 0;
    this.#setStatus({ ...told, fraction });
    try {
      for await (const event of this.api.loadModel(params)) {
        if (event.type === 'progress') {
          // The engine tells of each part of a tensor; windows show percents.
          const next = Math.floor((100 * event.bytes) / Math.max(1, event.totalBytes)) / 100;
          if (next > fraction) this.#setStatus({ ...told, fraction: next });
          fraction = Math.max(fraction, next);
        } else if (event.type === 'quantised-warning') this.#quantisedFailed = true;
        else if (event.type === 'testing') this.#setStatus({ ...told, fraction: 1, testing: true });
        else this.#model = event.model;
      }
      const model = this.#model;
      if (!model) throw new Error('Loading ended without a model.');
      this.#setStatus({ type: 'loaded', model });
      return model;
    } catch (error) {
      this.#fail(faultOf(error));
      throw error;
    }
  }

  #fail(error: Extract<EngineStatus, { type: 'failed' }>['error']): void {
    this.#model = undefined;
    this.#setStatus({ type: 'failed', error });
  }

  #setStatus(status: EngineStatus): void {
    this.#status = status;
    this.#parts.onStatus(status);
  }

  #wake(): void {
    for (const wake of [...this.#waiting]) wake();
  }
}
