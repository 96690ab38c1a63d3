/**
 * Puts measurements of one run on one machine together, as docs/bench/*.json holds them:
 *   node scripts/run.mjs tools/bench/collect.ts --date 2026-11-25 --driver 580.159.04 FILE.jsonl… > docs/bench/h200.json
 * The files are what `anser bench --synthetic SIZE --json` and `tools/bench/peers/run.ts` printed. Of our prefill rows the
 * largest chunk is taken, of our decode rows every length of run and size of batch.
 */
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import type { Row } from './peers/llamaBench.ts';

/** A row of docs/bench/*.json: a peer's engine has its version in its name, the device stands above all rows. */
export interface BenchRow extends Omit<Row, 'runs' | 'ubatch' | 'version' | 'device'> {
  /** Ours: tokens sampled on the device for each read-back; absent: one step at a time, logits read back. */
  readonly run?: number;
}

type Line = Readonly<Record<string, unknown>>;

const number = (line: Line, key: string): number => Number(line[key]);
const rounded = (value: number): number => Number(value.toPrecision(5));

/** The rows in the lines of one file. */
export function rowsOf(lines: readonly Line[]): BenchRow[] {
  const peers = lines.filter((line) => typeof line['engine'] === 'string');
  if (peers.length > 0) return peers.map(peerRow);
  const model = lines.find(({ type }) => type === 'model');
  const [, size, format] = /^synthetic (\S+) (\S+)$/.exec(String(model?.['model'])) ?? [];
  if (size === undefined || format === undefined) return [];
  const shared = { engine: 'anser', model: size, precision: format === 'q4_0' ? 'int4' : format } as const;
  const prefill = lines.filter(({ type }) => type === 'prefill').at(-1);
  const decode = lines.filter(({ type }) => type === 'decode');
  const row = (line: Line, phase: BenchRow['phase']): BenchRow => {
    const rate = number(line, 'tokensPerSecond');
    const [min, max] = [line['min'] ?? rate, line['max'] ?? rate].map(Number);
    const run = line['run'] === undefined ? {} : { run: number(line, 'run') };
    return {
      ...{
        ...shared,
        batch: Number(line['batch'] ?? 1),
        phase,
        tokens: number(line, 'tokens'),
        tokensPerSecond: rounded(rate),
      },
      ...{ min: rounded(min ?? rate), max: rounded(max ?? rate), ...run },
    };
  };
  return [...(prefill ? [row(prefill, 'prefill')] : []), ...decode.map((line) => row(line, 'decode'))];
}

function peerRow(line: Line): BenchRow {
  const text = (key: string): string => String(line[key]);
  return {
    engine: `${text('engine')} ${text('version')}`,
    ...{ model: text('model'), precision: text('precision'), phase: line['phase'] === 'decode' ? 'decode' : 'prefill' },
    ...{ batch: number(line, 'batch'), tokens: number(line, 'tokens') },
    ...{ tokensPerSecond: rounded(number(line, 'tokensPerSecond')), min: rounded(number(line, 'min')) },
    max: rounded(number(line, 'max')),
  };
}

/** The JSON objects among a file's lines: drivers and builds print other things in between. */
const parsed = (path: string): Line[] =>
  readFileSync(path, 'utf8')
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line) as Line);

if (import.meta.main) {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      date: { type: 'string' },
      driver: { type: 'string' },
      device: { type: 'string', default: 'NVIDIA H200, Vulkan' },
      dawn: { type: 'string', default: 'npm webgpu 0.6.2' },
    },
  });
  const rows = positionals.flatMap((path) => rowsOf(parsed(path)));
  process.stdout.write(`${JSON.stringify({ ...values, rows }, undefined, 2)}\n`);
}
