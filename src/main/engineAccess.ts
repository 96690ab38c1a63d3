/** What the services of the main side see of the engine process, whoever starts and restarts it. */
import type { EngineApi } from '../engine/api/contract.ts';
import { EngineError } from '../engine/api/errors.ts';
import type { LoadedModel } from '../engine/api/schemas.ts';

export interface EngineAccess {
  /** Calls fail with `connection-lost` when the process ends, and work again once it was restarted. */
  readonly api: EngineApi;
  /** The model that is loaded; undefined when none is. */
  readonly model: LoadedModel | undefined;
  /**
   * Waits until the process runs again, with the model that was loaded in it.
   * @throws the signal's reason, and the error that keeps the engine from coming back
   */
  recovered(signal: AbortSignal): Promise<void>;
}

/** @throws EngineError `model-unloaded` */
export function requireModel({ model }: EngineAccess): LoadedModel {
  if (model) return model;
  throw new EngineError('model-unloaded', 'No model is loaded.', { nextStep: 'Load a model, then try again.' });
}
