/** The engine process's methods, put together. */
import { join } from 'node:path';
import type { EngineApi } from '../api/contract.ts';
import { folderSnapshotStore } from '../hosts/snapshotStore.ts';
import { documentMethods } from './documents.ts';
import { loadingMethods } from './loading.ts';
import { Models } from './models.ts';
import { readingMethods } from './readings.ts';
import { snapshotMethods } from './snapshots.ts';
import { answerWith } from './turns.ts';

export interface ServiceOptions {
  /** Snapshots and the cache lie below it. */
  readonly dataFolder: string;
  /** The device was lost, and the calls that it took with it have failed. */
  readonly onDeviceLost: () => void;
}

export interface Service {
  readonly api: EngineApi;
  /** Stops what runs, which saves readings, and lets the model go. */
  close(): Promise<void>;
}

export function createService({ dataFolder, onDeviceLost }: ServiceOptions): Service {
  const models = new Models(onDeviceLost);
  return {
    api: {
      ...loadingMethods(dataFolder, models),
      ...documentMethods(models),
      answer: answerWith(models),
      ...readingMethods(models),
      // The store of the model's sessions is another object over the same folder; neither keeps anything in memory.
      ...snapshotMethods(folderSnapshotStore(join(dataFolder, 'snapshots')), models),
    },
    close: () => models.unload(),
  };
}
