/** The methods about models that a window can call. */
import type { AppApi } from '../api/contract.ts';
import type { AppMethodsParts } from '../app/appMethods.ts';
import { listModels } from './modelList.ts';

export type ModelMethods = Pick<AppApi, 'listModels' | 'loadModel' | 'unloadModel' | 'listAdapters'>;

export function modelMethods(parts: Pick<AppMethodsParts, 'engine' | 'models' | 'settings' | 'options'>): ModelMethods {
  const { engine, models, settings, options } = parts;
  return {
    listModels: () => listModels(parts),
    loadModel: async ({ id, precision }) => {
      const path = id === 'embedded' ? options.engine.embeddedModel : id;
      await models.load(path, precision);
      await settings.change({ modelPath: id === 'embedded' ? null : path, precision });
      return {};
    },
    unloadModel: async () => {
      await models.unload();
      return {};
    },
    listAdapters: () => engine.api.listAdapters({}),
  };
}
