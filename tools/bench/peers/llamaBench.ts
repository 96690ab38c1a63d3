/** Runs llama.cpp's llama-bench as build.sh leaves it and turns what it prints into rows of our tables. */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { EngineError } from '../../../src/engine/api/errors.ts';

/** The names that llama-bench gives its backends. `cpu` is for trying things out. */
export const BACKENDS = { cuda: 'CUDA', vulkan: 'Vulkan', cpu: 'CPU' } as const;
export type Backend = keyof typeof BACKENDS;

/** One line of a table: the speed of one engine at one thing. */
export interface Row {
  readonly engine: string;
  readonly model: string;
  readonly precision: string;
  readonly phase: 'decode' | 'prefill';
  readonly batch: number;
  readonly tokens: number;
  /** The median of the runs. */
  readonly tokensPerSecond: number;
  readonly min: number;
  readonly max: number;
  readonly runs: number;
  /** Tokens that llama.cpp computes at a time. */
  readonly ubatch: number;
  readonly version: string;
  readonly device: string;
}

/** What to measure, on one model with one backend. */
export interface Measurement {
  /** The folder that build.sh wrote. */
  readonly build: string;
  readonly backend: Backend;
  readonly modelPath: string;
  readonly model: string;
  readonly precision: string;
  /** Tokens to prefill and to decode; 0 leaves a phase out. */
  readonly prefill: number;
  readonly decode: number;
  readonly ubatch: number;
  readonly repeat: number;
}

/** The part of an entry of llama-bench's JSON that we read. */
interface Entry {
  readonly build_commit: string;
  readonly backends: string;
  readonly cpu_info: string;
  readonly gpu_info: string;
  readonly n_ubatch: number;
  readonly n_prompt: number;
  readonly n_gen: number;
  readonly samples_ts: readonly number[];
}

/**
 * The rows in what `llama-bench -o json` printed.
 * @throws EngineError `self-test-failed` where another backend ran than the wanted one: llama.cpp says nothing and takes
 * the CPU when a backend cannot be loaded or finds no device
 */
export function rowsOf(printed: string, { backend, model, precision }: Measurement): Row[] {
  const entries = JSON.parse(printed) as readonly Entry[];
  return entries.map((entry) => {
    const device = backend === 'cpu' ? entry.cpu_info : entry.gpu_info;
    if (entry.backends !== BACKENDS[backend] || device === '')
      throw new EngineError(
        'self-test-failed',
        `llama-bench ran on ${entry.backends} (${device === '' ? 'no GPU' : device}), not on ${BACKENDS[backend]}.`,
      );
    const speeds = entry.samples_ts.toSorted((a, b) => a - b);
    const isPrefill = entry.n_gen === 0;
    return {
      engine: `llama.cpp ${BACKENDS[backend]}`,
      model,
      precision,
      phase: isPrefill ? 'prefill' : 'decode',
      batch: 1,
      tokens: isPrefill ? entry.n_prompt : entry.n_gen,
      tokensPerSecond: median(speeds),
      min: speeds.at(0) ?? NaN,
      max: speeds.at(-1) ?? NaN,
      runs: speeds.length,
      ubatch: entry.n_ubatch,
      version: entry.build_commit,
      device,
    };
  });
}

function median(sorted: readonly number[]): number {
  const middle = sorted.length / 2;
  return ((sorted[Math.ceil(middle) - 1] ?? NaN) + (sorted[Math.floor(middle)] ?? NaN)) / 2;
}

/** Measures with llama-bench, after a run of its own that warms up. @throws EngineError when it fails */
export async function measure(measurement: Measurement): Promise<Row[]> {
  const { build, backend, modelPath, prefill, decode, ubatch, repeat } = measurement;
  const library = join(build, 'backends', `libggml-${backend}.so`);
  if (backend !== 'cpu' && !existsSync(library))
    throw new EngineError('invalid-argument', `There is no ${library}.`, { nextStep: 'Run build.sh first.' });
  // prettier-ignore
  const args = [
    '-m', modelPath, '-p', String(prefill), '-n', String(decode), '-r', String(repeat), '-ub', String(ubatch),
    // One call for the whole prompt, which llama.cpp cuts into pieces of ubatch.
    '-b', String(Math.max(prefill, ubatch)), '-ngl', backend === 'cpu' ? '0' : '99', '-o', 'json',
  ];
  // The CPU backend lies beside the program and is always loaded; of the others, only this one.
  const env = { ...process.env, ...(backend !== 'cpu' && { GGML_BACKEND_PATH: library }) };
  return rowsOf(await outputOf(join(build, 'bin', 'llama-bench'), args, env), measurement);
}

function outputOf(program: string, args: readonly string[], env: NodeJS.ProcessEnv): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
    let [printed, complaints] = ['', ''];
    child.stdout.on('data', (data: Buffer) => (printed += data.toString()));
    child.stderr.on('data', (data: Buffer) => (complaints += data.toString()));
    child.on('error', reject);
    child.on('close', (code, signal) => {
      if (code === 0) resolve(printed);
      else
        reject(new EngineError('self-test-failed', `llama-bench ended with ${signal ?? code ?? '?'}:\n${complaints}`));
    });
  });
}
