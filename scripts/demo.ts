/**
 * `npm run demo`: the terminal program summarises the sample document with the model that comes with Anser and answers
 * a question about it. Answers are kept short, because without a GPU the model writes some ten tokens a second.
 */
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const launcher = fileURLToPath(new URL('./anser.mjs', import.meta.url));
const sample = fileURLToPath(new URL('../resources/samples/lighthouse.md', import.meta.url));

const commands: readonly (readonly string[])[] = [
  ['summarise', sample, '--no-state', '--section-tokens', '32', '--overall-tokens', '48'],
  ['ask', sample, 'Who was the engineer of the tower?', '--passages', '1', '--max-tokens', '32'],
];

/** Runs one command of the terminal program, its output on our terminal; resolves with its exit code. */
function anser(args: readonly string[]): Promise<number> {
  process.stdout.write(`\n$ anser ${args.map((arg) => (/\s/u.test(arg) ? `"${arg}"` : arg)).join(' ')}\n`);
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [launcher, ...args, ...process.argv.slice(2)], { stdio: 'inherit' });
    child.on('error', reject);
    child.on('exit', (code) => {
      resolve(code ?? 1);
    });
  });
}

for (const command of commands) {
  process.exitCode = await anser(command);
  if (process.exitCode !== 0) break;
}
