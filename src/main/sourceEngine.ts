/** The engine as it runs from the repository, on the Node that is given. */
import { join } from 'node:path';
import type { EngineFiles } from './app/engineFiles.ts';

/** @param root the folder that holds `resources` */
export const engineResources = (root: string): Pick<EngineFiles, 'embeddedModel' | 'sampleDocument'> => ({
  embeddedModel: join(root, 'resources', 'models', 'anser-demo-q8_0.gguf'),
  sampleDocument: join(root, 'resources', 'samples', 'lighthouse.md'),
});

export const sourceEngine = (nodePath: string, root: string): EngineFiles => ({
  nodePath,
  entry: join(root, 'src', 'engine', 'process', 'entry.ts'),
  ...engineResources(root),
});
