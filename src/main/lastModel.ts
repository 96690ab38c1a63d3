/** Remembers which model the engine has loaded, so that a new process can load it again. */
import type { EngineApi } from '../engine/api/contract.ts';
import type { LoadedModel } from '../engine/api/schemas.ts';

type LoadModel = EngineApi['loadModel'];
type LoadEvent = ReturnType<LoadModel> extends AsyncIterable<infer E> ? E : never;

export class LastModel {
  #params: Parameters<LoadModel>[0] | undefined;

  /** `api`, watched for what is loaded and unloaded. */
  watch(api: EngineApi): EngineApi {
    return {
      ...api,
      loadModel: (params, signal) => this.#load(api, params, signal),
      unloadModel: async (params, signal) => {
        const result = await api.unloadModel(params, signal);
        this.#params = undefined;
        return result;
      },
    };
  }

  /**
   * Loads again what was loaded, if anything was. It is forgotten first: a model that brings the process down is not tried
   * twice.
   * @throws as `loadModel`
   */
  async reload(api: EngineApi): Promise<LoadedModel | undefined> {
    const params = this.#params;
    this.#params = undefined;
    let model: LoadedModel | undefined;
    if (params) for await (const event of this.#load(api, params)) if (event.type === 'loaded') model = event.model;
    return model;
  }

  async *#load(api: EngineApi, ...args: Parameters<LoadModel>): AsyncGenerator<LoadEvent, void, undefined> {
    for await (const event of api.loadModel(...args)) {
      if (event.type === 'loaded') this.#params = args[0];
      yield event;
    }
  }
}
