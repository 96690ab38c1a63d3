/** Which model is loaded, and who is using it: a model goes only when everything that ran with it has stopped. */
import { EngineError } from '../api/errors.ts';
import type { LoadedModel } from '../api/schemas.ts';
import type { Anser } from '../hosts/node.ts';
import { LiveSessions } from './liveSessions.ts';
import { streamed } from './streamed.ts';

/** A loaded model, for the length of a job. */
export interface RunningModel {
  readonly anser: Anser;
  readonly live: LiveSessions;
  /** Aborted when the model is to go, with the EngineError that what runs with it fails with: mostly `model-unloaded`. */
  readonly gone: AbortSignal;
}

type Job<T> = (model: RunningModel, signal: AbortSignal) => Promise<T>;

interface Current extends RunningModel {
  readonly leave: AbortController;
  readonly jobs: Set<Promise<unknown>>;
}

export class Models {
  readonly #onDeviceLost: () => void;
  #current: Current | undefined;
  /** Loading and unloading happen one after the other. */
  #turn: Promise<unknown> = Promise.resolve();

  /** @param onDeviceLost called once nothing runs with the lost device any more */
  constructor(onDeviceLost: () => void) {
    this.#onDeviceLost = onDeviceLost;
  }

  /** The model that is loaded, if one is. */
  get current(): RunningModel | undefined {
    return this.#current;
  }

  /** Lets the old model go, then opens another. */
  replace(open: () => Promise<{ readonly anser: Anser; readonly facts: LoadedModel }>): Promise<LoadedModel> {
    return this.#inTurn(async () => {
      await this.#drop(unloaded('Another model was loaded.'));
      const { anser, facts } = await open();
      const leave = new AbortController();
      const live = new LiveSessions(anser.sessions);
      const current = { anser, live, leave, gone: leave.signal, jobs: new Set<Promise<unknown>>() };
      this.#current = current;
      // Also when nothing is running; a device that we destroy says the same, but then it is no longer the current one.
      void anser.gpu.device.lost.then(() => {
        this.#examine(current);
      });
      return facts;
    });
  }

  unload(): Promise<void> {
    return this.#inTurn(() => this.#drop(unloaded('The model was unloaded.')));
  }

  /**
   * Runs `job` with the model that is loaded. Its signal is aborted when the model is to go, too.
   * @throws EngineError `model-unloaded` when there is none, or it went meanwhile; `device-lost`; what the job throws
   */
  async use<T>(signal: AbortSignal, job: Job<T>): Promise<T> {
    const current = this.#current;
    if (!current) throw unloaded('No model is loaded.');
    const work = job(current, AbortSignal.any([signal, current.gone]));
    current.jobs.add(work);
    try {
      const result = await work;
      current.gone.throwIfAborted();
      return result;
    } catch (error) {
      this.#examine(current);
      throw current.gone.aborted && !signal.aborted ? current.gone.reason : error;
    } finally {
      current.jobs.delete(work);
    }
  }

  /** The same for a stream. A model that goes never looks like an end. */
  stream<E extends { readonly type: string }>(
    signal: AbortSignal | undefined,
    work: (model: RunningModel, emit: (event: E) => void, signal: AbortSignal) => Promise<void>,
  ): AsyncGenerator<E, void, undefined> {
    return streamed<E>(signal, (emit, left) =>
      this.use(left, (model, both) => {
        const emitWhileLoaded = (event: E): void => {
          if (event.type === 'end') model.gone.throwIfAborted();
          emit(event);
        };
        return work(model, emitWhileLoaded, both);
      }),
    );
  }

  /** After a failure of the device every further call to the model would fail likewise: it goes. */
  #examine(current: Current): void {
    if (this.#current !== current) return;
    try {
      current.anser.gpu.check();
    } catch (failure) {
      void this.#lose(failure instanceof EngineError ? failure : unloaded('The model failed and was unloaded.'));
    }
  }

  async #lose(failure: EngineError): Promise<void> {
    await this.#inTurn(() => this.#drop(failure));
    if (failure.code === 'device-lost') this.#onDeviceLost();
  }

  async #drop(why: EngineError): Promise<void> {
    const current = this.#current;
    if (!current) return;
    this.#current = undefined;
    current.leave.abort(why);
    await Promise.allSettled(current.jobs);
    current.live.clear();
    // A lost device cannot even be waited for; what it held is gone.
    await current.anser.dispose().catch(() => undefined);
  }

  #inTurn<T>(action: () => Promise<T>): Promise<T> {
    const result = this.#turn.then(action);
    this.#turn = result.catch(() => undefined);
    return result;
  }
}

const unloaded = (message: string): EngineError =>
  new EngineError('model-unloaded', message, { nextStep: 'Load a model, then try again.' });
