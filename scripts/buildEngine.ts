/** What the packaged app starts beside itself: the engine as one file with all that it needs, and the Node that runs it. */
import { copyFileSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { buildCli } from './buildCli.ts';
import { node24Path } from './node24.mjs';

const ROOT = join(import.meta.dirname, '..');

/** Fills `outFolder` with `engine/` and `node/`, replacing it. */
export async function buildEngine(outFolder: string): Promise<void> {
  rmSync(outFolder, { recursive: true, force: true });
  const node = join(outFolder, 'node');
  mkdirSync(node, { recursive: true });
  copyFileSync(node24Path(), join(node, process.platform === 'win32' ? 'node.exe' : 'node'));
  await buildCli(join(ROOT, 'src/engine/process/entry.ts'), join(outFolder, 'engine'), 'engine.mjs');
}

if (import.meta.main) await buildEngine(join(ROOT, 'dist-engine'));
