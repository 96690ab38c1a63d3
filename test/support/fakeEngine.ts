/**
 * A small program in place of the engine process: it answers over the same wire, and obeys what `countTokens` is given as
 * a text. In a data folder called `never` it does not even start.
 */
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { engineContract, type EngineApi } from '../../src/engine/api/contract.ts';
import { serve } from '../../src/engine/api/rpc/serve.ts';
import type { LoadedModel } from '../../src/engine/api/schemas.ts';
import { parentPort } from '../../src/engine/process/parentPort.ts';

const dataFolder = process.argv[2] ?? '';
if (dataFolder.endsWith('never')) {
  process.stderr.write('It cannot begin.\n');
  process.exit(3);
}

let loaded: LoadedModel | undefined;

function obey(order: string): Promise<number> {
  if (order === 'crash') {
    process.stderr.write('About to crash.\n');
    process.kill(process.pid, 'SIGKILL');
  }
  if (order === 'garbage') process.send?.({ id: 'none' });
  if (order === 'deaf') {
    process.removeAllListeners('disconnect');
    setInterval(() => undefined, 1000);
  }
  return order === 'pid' ? Promise.resolve(process.pid) : new Promise(() => undefined);
}

/** A model called `fragile` loads once only in a data folder; the next time it takes the process with it. */
function breakIfFragile(path: string): void {
  const mark = join(dataFolder, 'loaded');
  if (path !== 'fragile') return;
  if (existsSync(mark)) process.kill(process.pid, 'SIGKILL');
  writeFileSync(mark, '');
}

const notHere = (): never => {
  throw new Error('The fake engine cannot do this.');
};

const api: EngineApi = {
  listAdapters: async () => [{ name: loaded?.name ?? 'none', software: true }],
  loadModel: async function* ({ path, precision }) {
    breakIfFragile(path);
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
