/** `importDocument` and `countTokens`: text on its way to the model, without the model. */
import type { EngineApi } from '../api/contract.ts';
import { EngineError } from '../api/errors.ts';
import { importDocument } from '../hosts/importText.ts';
import type { EventOf } from './methods.ts';
import type { Models } from './models.ts';
import { streamed } from './streamed.ts';

export function documentMethods(models: Models): Pick<EngineApi, 'countTokens' | 'importDocument'> {
  return {
    countTokens: async ({ text }) => {
      const { current } = models;
      if (!current)
        throw new EngineError('model-unloaded', 'Tokens are counted with a model’s vocabulary, and none is loaded.', {
          nextStep: 'Load a model, then try again.',
        });
      return current.anser.tokenizer.encode(text).length;
    },
    importDocument: ({ path, folder }, signal) =>
      streamed<EventOf<'importDocument'>>(signal, async (emit, signal) => {
        const facts = await importDocument({
          ...{ path, folder, signal },
          tokenizer: models.current?.anser.tokenizer,
          onProgress: (progress) => emit({ type: 'progress', ...progress }),
        });
        emit({ type: 'imported', facts });
      }),
  };
}
