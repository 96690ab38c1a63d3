/** Starts the real engine process, says its id on standard output, and waits to be killed. */
import { join } from 'node:path';
import { EngineHost } from '../../src/main/engineHost.ts';

const entry = join(import.meta.dirname, '../../src/engine/process/entry.ts');
const host = new EngineHost({ nodePath: process.execPath, entry, dataFolder: process.argv[2] ?? '' });
await host.engine().listSnapshots({});
process.stdout.write(`${host.pid}\n`);
