/**
 * Runs something on the bundled Node 24, whatever Node npm itself runs on:
 *   node scripts/run.mjs FILE.ts [args]      a script of ours
 *   node scripts/run.mjs --bin NAME [args]   the executable NAME of an installed package
 */
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { delimiter, dirname, join } from 'node:path';
import { node24Path, runNode24 } from './node24.mjs';

const require = createRequire(import.meta.url);

/** Executables whose package has another name. */
const packageOf = { tsc: 'typescript' };

/** The JavaScript file behind the executable `name` of an installed package. */
function binScript(name) {
  const packageName = packageOf[name] ?? name;
  // Not every package exports its package.json, so that require.resolve will not do.
  const folder = require.resolve
    .paths(packageName)
    .map((path) => join(path, packageName))
    .find((path) => existsSync(join(path, 'package.json')));
  if (!folder) throw new Error(`The npm package ${packageName} is missing. Run "npm ci".`);
  const { bin } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  return join(folder, typeof bin === 'string' ? bin : bin[name]);
}

function main([first, ...rest]) {
  if (first === undefined || (first === '--bin' && rest.length === 0)) {
    process.stderr.write('Usage: node scripts/run.mjs (FILE | --bin NAME) [args]\n');
    process.exitCode = 2;
    return;
  }
  const args = first === '--bin' ? [binScript(rest[0]), ...rest.slice(1)] : [first, ...rest];
  runNode24(args, {
    stdio: 'inherit',
    // Tools that start "node" themselves must find the same one.
    env: { ...process.env, PATH: `${dirname(node24Path())}${delimiter}${process.env.PATH ?? ''}` },
  });
}

try {
  main(process.argv.slice(2));
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : error}\n`);
  process.exitCode = 1;
}
