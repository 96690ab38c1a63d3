/** A loaded model for tests of the engine process: real sessions over the toy model, and a device that can be lost. */
import { EngineError } from '../../src/engine/api/errors.ts';
import type { Anser } from '../../src/engine/hosts/node.ts';
import { createSessions } from '../../src/engine/session/session.ts';
import type { SnapshotStore } from '../../src/engine/session/types.ts';
import { createFakeModel, type FakeModelOptions } from './fakeModel.ts';
import { createMemoryStore } from './memoryStore.ts';
import { createTinyTokenizer } from './tinyTokenizer.ts';

export interface FakeAnser extends Anser {
  readonly fake: ReturnType<typeof createFakeModel>;
  readonly disposed: () => boolean;
  /** From now on every check of the device fails so. */
  lose(): void;
}

export function createFakeAnser(options: FakeModelOptions = {}, store: SnapshotStore = createMemoryStore()): FakeAnser {
  const fake = createFakeModel(options);
  const tokenizer = createTinyTokenizer(['User', 'Assistant', '\n\n', ' Yes']);
  const sessions = createSessions({ model: fake, modelName: 'toy', tokenizer, store });
  const lost = Promise.withResolvers<undefined>();
  let [failure, disposed]: [Error | undefined, boolean] = [undefined, false];
  const parts = {
    ...{ fake, sessions, tokenizer, model: fake, modelName: 'toy' },
    gpu: {
      device: { lost: lost.promise },
      check: () => {
        if (failure) throw failure;
      },
    },
    disposed: () => disposed,
    dispose: async () => {
      disposed = true;
    },
    lose: () => {
      failure = new EngineError('device-lost', 'The graphics device was lost.');
      lost.resolve(undefined);
    },
  };
  // What is missing belongs to a real device and a real file.
  return parts as unknown as FakeAnser;
}
