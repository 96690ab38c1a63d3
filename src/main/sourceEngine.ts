/** The engine as it runs from the repository, on the Node that is given. */
import { join } from 'node:path';
import type { EngineFiles } from './app/engineFiles.ts';

export const sourceEngine = (nodePath: string, root: string): EngineFiles => ({
  nodePath,
  entry: join(root, 'src', 'engine', 'process', 'entry.ts'),
  embeddedModel: join(root, 'resources', 'models', 'anser-demo-q8_0.gguf'),
});
