/**
 * Runs something on lavapipe, which it fetches first; the arguments are those of run.mjs:
 *   node scripts/run.mjs scripts/onLavapipe.ts (FILE.ts | --bin NAME) [args]
 */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { LavapipeMissing, lavapipeEnvironment } from './lavapipe.ts';

function main(args: readonly string[]): number {
  const env = { ...process.env, ...lavapipeEnvironment() };
  const runner = join(import.meta.dirname, 'run.mjs');
  return spawnSync(process.execPath, [runner, ...args], { stdio: 'inherit', env }).status ?? 1;
}

try {
  process.exitCode = main(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof LavapipeMissing)) throw error;
  process.stderr.write(`No lavapipe: ${error.message}\n${error.nextStep}\n`);
  process.exitCode = 1;
}
