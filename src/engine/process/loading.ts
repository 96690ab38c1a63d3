/** `loadModel` and the methods around it: adapters, what a file holds, letting a model go. */
import type { EngineApi } from '../api/contract.ts';
import type { LoadedModel, ModelFacts } from '../api/schemas.ts';
import type { Anser, OpenOptions } from '../hosts/node.ts';
import { inspectModel } from './inspection.ts';
import type { EventOf, ParamsOf } from './methods.ts';
import type { Models } from './models.ts';
import { openTested, passesQuickTest } from './quickTest.ts';
import { streamed } from './streamed.ts';

type LoadEvent = EventOf<'loadModel'>;

export function loadingMethods(
  dataFolder: string,
  models: Models,
): Pick<EngineApi, 'listAdapters' | 'inspectModel' | 'loadModel' | 'unloadModel'> {
  return {
    // The GPU library is loaded where it is wanted only: everything else works without it.
    listAdapters: async () => (await import('../hosts/adapters.ts')).listAdapters(),
    inspectModel: ({ path }) => inspectModel(path),
    loadModel: (params, signal) =>
      streamed<LoadEvent>(signal, async (emit, signal) => {
        // First, so that a bad file costs nobody the model that is loaded.
        const facts = await inspectModel(params.path);
        const model = await models.replace(async () => {
          signal.throwIfAborted();
          const anser = await open(dataFolder, params, facts, emit, signal);
          return { anser, facts: loadedFacts(anser, params, facts) };
        });
        emit({ type: 'loaded', model });
      }),
    unloadModel: async () => {
      await models.unload();
      return {};
    },
  };
}

async function open(
  dataFolder: string,
  { path, precision, adapter, cacheQuantised = false }: ParamsOf<'loadModel'>,
  { parameters }: ModelFacts,
  emit: (event: LoadEvent) => void,
  signal: AbortSignal,
): Promise<Anser> {
  const { openAnser } = await import('../hosts/node.ts');
  const onProgress: OpenOptions['onProgress'] = ({ done, total }) =>
    emit({ type: 'progress', bytes: done, totalBytes: total });
  const onWarning: OpenOptions['onWarning'] = (message) => emit({ type: 'quantised-warning', message });
  const options = { modelPath: path, dataFolder, precision, adapter, cacheQuantised, onProgress, onWarning, signal };
  return await openTested(
    (more) => openAnser({ ...options, ...more }),
    async (anser) => {
      signal.throwIfAborted();
      emit({ type: 'testing' });
      const passed = await passesQuickTest(anser, parameters, precision);
      signal.throwIfAborted();
      return passed;
    },
  );
}

function loadedFacts(
  { modelName: name, model, adapterLine, gpu }: Anser,
  { path, precision }: ParamsOf<'loadModel'>,
  { parameters }: ModelFacts,
): LoadedModel {
  const { fingerprint, stateBytes } = model;
  return { name, path, precision, fingerprint, parameters, stateBytes, adapterLine, slow: gpu.caps.isCpu };
}
