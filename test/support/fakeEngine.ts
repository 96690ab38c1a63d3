/**
 * A small program in place of the engine process: answers over the same wire, and crashes, lies or hangs when a call says
 * so. `countTokens` takes the orders; a model is "loaded" when its path does not say otherwise.
 */
import { engineContract, type EngineApi } from '../../src/engine/api/contract.ts';
import { serve } from '../../src/engine/api/rpc/serve.ts';
import type { LoadedModel } from '../../src/engine/api/schemas.ts';
import { parentPort } from '../../src/engine/process/parentPort.ts';

const [, , dataFolder = ''] = process.argv;
if (dataFolder.includes('never')) {
  process.stderr.write('It cannot begin.\n');
  process.exit(3);
}

let loaded: LoadedModel | undefined;

async function obey(order: string): Promise<number> {
  if (order === 'crash') {
    process.stderr.write('About to crash.\n');
    process.kill(process.pid, 'SIGKILL');
  }
  if (order === 'garbage') process.send?.({ id: 'none' });
  if (order === 'hang') process.removeAllListeners('disconnect');
  return order === 'count' ? 7 : new Promise(() => undefined);
}

const notHere = (): never => {
  throw new Error('not in this fake');
};

const api: EngineApi = {
  listAdapters: async () => [{ name: loaded?.path ?? 'none', software: true }],
  loadModel: async function* ({ path, precision }) {
    const facts = { name: path, path, precision, fingerprint: 'f', parameters: 1, stateBytes: 1 };
    loaded = { ...facts, adapterLine: 'Nothing.', slow: true };
    yield { type: 'loaded', model: loaded };
  },
  unloadModel: async () => {
    loaded = undefined;
    return {};
  },
  countTokens: ({ text }) => obey(text),
  deleteSnapshots: async () => ({}),
  listSnapshots: async () => ({ snapshots: [], unreadable: [] }),
  ...{ inspectModel: notHere, answer: notHere, importDocument: notHere, readDocument: notHere },
  ...{ askDocument: notHere, copySnapshot: notHere, checkSnapshot: notHere },
};

const port = parentPort();
serve(engineContract, api, port);
port.onClose(() => process.exit(0));
setInterval(() => undefined, 1000);
