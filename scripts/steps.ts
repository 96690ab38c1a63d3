/**
 * Runs the project's checks one after another, each with its name and time, and stops at the first that fails:
 *   node scripts/run.mjs scripts/steps.ts check    types, lint, layers, format
 *   node scripts/run.mjs scripts/steps.ts test     the same, then every test
 *
 * A step that this machine cannot run is named in the end as not run; with CI=true it fails.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { LavapipeMissing, lavapipeEnvironment } from './lavapipe.ts';

const REPORTS = join('node_modules', '.cache', 'anser', 'reports');

interface Step {
  readonly name: string;
  /** Arguments of run.mjs. */
  readonly run: readonly string[];
  /** Where vitest leaves its counts. */
  readonly report?: string;
  /** Variables to add. Throws LavapipeMissing where there is no lavapipe. */
  readonly environment?: () => Readonly<Record<string, string>>;
}

const bin = (name: string, ...run: readonly string[]): Step => ({ name, run: ['--bin', ...run] });

function suite(project: string, name: string, reportName = project): Step {
  const report = join(REPORTS, `${reportName}.json`);
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
  return { name, run: ['--bin', 'vitest', 'run', '--project', project, ...reporters], report };
}

const checks: readonly Step[] = [
  bin('types: engine core', 'tsc', '-p', 'tsconfig.engine.json', '--noEmit'),
  bin('types: Node', 'tsc', '-p', 'tsconfig.node.json', '--noEmit'),
  bin('types: window', 'tsc', '-p', 'tsconfig.web.json', '--noEmit'),
  bin('lint and layers', 'eslint', '.', '--max-warnings', '0'),
  { name: 'import cycles', run: ['scripts/lint/cycles.ts'] },
  bin('format', 'prettier', '--check', '--log-level', 'warn', '.'),
];

const tests: readonly Step[] = [
  suite('unit', 'unit tests'),
  suite('gpu', 'GPU tests'),
  {
    ...suite('gpu', 'GPU tests on lavapipe (subgroups of 8)', 'gpu-lavapipe'),
    environment: lavapipeEnvironment,
  },
  { name: 'parity with llama.cpp', run: ['tools/parity.ts', '--skip-unsupported'] },
  bin('build the app', 'electron-vite', 'build', '--logLevel', 'warn'),
  suite('e2e', 'end-to-end tests in a browser'),
];

interface Counts {
  passed: number;
  failed: number;
  skipped: number;
}

/** Adds what a suite has reported; a suite that crashed has not. */
function addCounts(counts: Counts, report: string): void {
  if (!existsSync(report)) return;
  const numbers = JSON.parse(readFileSync(report, 'utf8')) as Record<string, number | undefined>;
  counts.passed += numbers['numPassedTests'] ?? 0;
  counts.failed += numbers['numFailedTests'] ?? 0;
  counts.skipped += (numbers['numPendingTests'] ?? 0) + (numbers['numTodoTests'] ?? 0);
}

const seconds = (since: number): string => `${((performance.now() - since) / 1000).toFixed(1)} s`;

/** Runs one step and prints its time; what it says of a step that this machine cannot run, or whether it went well. */
function runStep({ name, run, environment }: Step): { readonly ok: boolean; readonly notRun?: string } {
  process.stdout.write(`\n── ${name}\n`);
  const start = performance.now();
  try {
    const env = { ...process.env, ...environment?.() };
    const { status } = spawnSync(process.execPath, ['scripts/run.mjs', ...run], { stdio: 'inherit', env });
    process.stdout.write(`── ${name}: ${status === 0 ? 'ok' : 'FAILED'} in ${seconds(start)}\n`);
    return { ok: status === 0 };
  } catch (error) {
    if (!(error instanceof LavapipeMissing)) throw error;
    const strict = process.env['CI'] === 'true';
    process.stdout.write(`── ${name}: ${strict ? 'FAILED' : 'not run'}, ${error.message}. ${error.nextStep}\n`);
    return strict ? { ok: false } : { ok: true, notRun: name };
  }
}

/** Runs the steps; true if all went well. Prints the tests' counts if any were run. */
function runSteps(steps: readonly Step[]): boolean {
  const start = performance.now();
  const counts: Counts = { passed: 0, failed: 0, skipped: 0 };
  const notRun: string[] = [];
  let failedStep: string | undefined;
  for (const step of steps) {
    const result = runStep(step);
    if (step.report !== undefined) addCounts(counts, step.report);
    if (result.notRun !== undefined) notRun.push(result.notRun);
    if (!result.ok) failedStep = step.name;
    if (failedStep !== undefined) break;
  }
  const { passed, failed, skipped } = counts;
  const verdict = notRun.length === 0 ? 'All steps passed' : `All other steps passed (not run: ${notRun.join(', ')})`;
  process.stdout.write(`\n${failedStep === undefined ? verdict : `Failed: ${failedStep}`} in ${seconds(start)}.\n`);
  if (passed + failed > 0)
    process.stdout.write(`${passed} passed, ${failed} failed${skipped === 0 ? '' : `, ${skipped} skipped`}\n`);
  return failedStep === undefined;
}

const plans: Readonly<Record<string, readonly Step[]>> = { check: checks, test: [...checks, ...tests] };
const plan = plans[process.argv[2] ?? ''];
if (!plan) throw new Error(`Say which: ${Object.keys(plans).join(' or ')}.`);
rmSync(REPORTS, { recursive: true, force: true });
mkdirSync(REPORTS, { recursive: true });
process.exitCode = runSteps(plan) ? 0 : 1;
