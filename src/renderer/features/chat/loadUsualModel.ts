/** Loads the model that the settings name, else the one that comes with the app. */
import type { AppApi } from '../../../main/api/contract.ts';
import type { Settings } from '../../../main/api/settings.ts';

/** @returns false when there is neither, and the user must choose */
export async function loadUsualModel(app: AppApi, { modelPath, precision }: Settings): Promise<boolean> {
  const { models } = await app.listModels({});
  const usable = models.filter(({ missing, error }) => !missing && error === null);
  const model = usable.find(({ path }) => path === modelPath) ?? usable.find(({ place }) => place === 'embedded');
  if (model) await app.loadModel({ id: model.id, precision });
  return model !== undefined;
}
