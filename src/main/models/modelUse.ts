/** Which model is loaded when: the user's at the start, again when one is needed, gone after a while of idleness. */
import type { LoadedModel } from '../../engine/api/schemas.ts';
import type { EngineLink } from '../app/engineLink.ts';
import type { Settings } from '../api/settings.ts';
import { unlessAborted } from '../unlessAborted.ts';

const MINUTE_MS = 60_000;

export interface ModelUseParts {
  readonly engine: Pick<EngineLink, 'load' | 'unload' | 'model' | 'status' | 'recovered'>;
  settings(): Pick<Settings, 'modelPath' | 'precision' | 'adapter' | 'cacheQuantised' | 'idleUnloadMinutes'>;
  readonly embeddedModel: string;
  /** Something is being answered or read. */
  busy(): boolean;
  readonly onBug: (error: unknown) => void;
}

export class ModelUse {
  readonly #parts: ModelUseParts;
  #timer: NodeJS.Timeout | undefined;
  /** The loading that began last, while it is under way. */
  #loading: Promise<LoadedModel> | undefined;
  /** The user wants none, until asking for one again. */
  #ejected = false;

  constructor(parts: ModelUseParts) {
    this.#parts = parts;
  }

  /** The path of the model that the settings name. */
  get path(): string {
    return this.#parts.settings().modelPath ?? this.#parts.embeddedModel;
  }

  /** @throws EngineError as `loadModel` */
  async load(path: string, precision: Settings['precision']): Promise<LoadedModel> {
    this.#ejected = false;
    const { adapter, cacheQuantised } = this.#parts.settings();
    const loading = this.#parts.engine.load({ path, precision, adapter, cacheQuantised });
    this.#loading = loading;
    try {
      const model = await loading;
      this.used();
      return model;
    } finally {
      if (this.#loading === loading) this.#loading = undefined;
    }
  }

  /**
   * Loads the model of the settings unless one is loaded or was put away by the user; waits for one that is being loaded,
   * and with a signal for an engine that is being started again.
   * @param signal ends the waiting, not the loading
   * @throws EngineError as `loadModel`; the signal's reason
   */
  async ensure(signal?: AbortSignal): Promise<void> {
    const { engine, settings } = this.#parts;
    if (signal && engine.status.type === 'restarting') await engine.recovered(signal);
    // The user may choose another one meanwhile.
    while (this.#loading) await unlessAborted(this.#loading, signal);
    if (engine.model || this.#ejected || engine.status.type === 'restarting') return;
    await unlessAborted(this.load(this.path, settings().precision), signal);
  }

  async unload(): Promise<void> {
    this.#ejected = true;
    clearTimeout(this.#timer);
    await this.#parts.engine.unload();
  }

  /** The model was used: idleness begins anew. */
  used(): void {
    clearTimeout(this.#timer);
    const { idleUnloadMinutes } = this.#parts.settings();
    if (idleUnloadMinutes === 0) return;
    this.#timer = setTimeout(() => this.#idle(), idleUnloadMinutes * MINUTE_MS);
    this.#timer.unref();
  }

  dispose(): void {
    clearTimeout(this.#timer);
  }

  #idle(): void {
    const { busy, engine, onBug } = this.#parts;
    if (!engine.model) return;
    if (busy()) return this.used();
    // Not put away by the user: what needs it next loads it again.
    engine.unload().catch(onBug);
  }
}
