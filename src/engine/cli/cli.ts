/** The terminal program without the process around it: finds the command, runs it and says how it went. */
import type { Readable } from 'node:stream';
import { EngineError } from '../api/errors.ts';
import type { Anser, OpenOptions } from '../hosts/node.ts';
import { parsePrecision, type Precision } from '../rwkv7/precision.ts';
import { dataFolder as defaultDataFolder } from '../hosts/paths.ts';
import { Arguments, UsageError, type OptionTable } from './arguments.ts';
import { ask } from './ask.ts';
import { bench } from './bench.ts';
import { chat } from './chat.ts';
import type { Command, CommandContext } from './command.ts';
import { inspect } from './inspect.ts';
import { Output, type OutputStreams } from './output.ts';
import { perplexity } from './perplexity.ts';
import { read } from './read.ts';
import { states } from './states.ts';
import { summarise } from './summarise.ts';
import { verify } from './verify.ts';

export const EXIT_OK = 0;
export const EXIT_FAILURE = 1;
export const EXIT_USAGE = 2;
/** As a shell reports a program that Ctrl-C ended: 128 + SIGINT. */
export const EXIT_INTERRUPTED = 130;

const COMMANDS: readonly Command[] = [chat, read, summarise, ask, states, inspect, verify, perplexity, bench];

const COMMON_OPTIONS = {
  model: { value: 'FILE', help: 'model file (.pth, .safetensors, .st, .gguf); default: the one that comes with Anser' },
  adapter: { value: 'NAME', help: "auto, gpu, software, or part of a GPU's name" },
  precision: {
    value: 'FORMAT',
    help: 'weights on the GPU: source (as in the file, the default), f16, f32, q8_0, int8, nf4 or int4; by layers: nf4:0-11,int8',
  },
  'cache-quantised': {
    help: 'keep the weights that --precision quantises in the data folder for the next load (at most 3 models, 20 GB)',
  },
  'no-subgroups': { help: 'use no subgroup operations: another path, for comparing' },
  'no-f16': { help: 'use no 16-bit arithmetic of the GPU, and so no matrix units' },
  'no-matrix': { help: 'use no matrix units: prefill in f32 all through' },
  'no-grid-barrier': { help: 'let no part of the GPU wait for another: decode in more, smaller steps' },
  data: { value: 'DIR', help: "folder for snapshots; default: $ANSER_DATA or the user's data folder" },
  json: { help: 'print JSON (one line for each event) and nothing else' },
  help: { help: 'show this help' },
} satisfies OptionTable;

/** What the program needs from its surroundings. */
export interface CliHost {
  readonly streams: OutputStreams;
  readonly input: () => Readable;
  readonly signal: AbortSignal;
  readonly openAnser: (options: OpenOptions) => Promise<Anser>;
}

/** Runs one command line (without the program's name) and returns the exit code. */
export async function runCli(argv: readonly string[], host: CliHost): Promise<number> {
  // Known before parsing, so that a faulty command line is told in the form that was asked for.
  const output = new Output(host.streams, argv.includes('--json'));
  try {
    const [name, ...rest] = argv;
    if (name === undefined || name === '--help' || name === 'help') {
      host.streams.writeResult(generalHelp());
      return name === undefined ? EXIT_USAGE : EXIT_OK;
    }
    const command = COMMANDS.find((candidate) => candidate.name === name);
    if (!command) throw new UsageError(`There is no command "${name}". "anser --help" lists them.`);
    return await runCommand(command, rest, host, output);
  } catch (error) {
    output.endProgress();
    if (host.signal.aborted && error === host.signal.reason) return EXIT_INTERRUPTED;
    output.error(error);
    return error instanceof UsageError ? EXIT_USAGE : EXIT_FAILURE;
  }
}

async function runCommand(command: Command, argv: readonly string[], host: CliHost, output: Output): Promise<number> {
  const args = Arguments.parse(argv, { ...command.options, ...COMMON_OPTIONS });
  if (args.flag('help')) {
    host.streams.writeResult(commandHelp(command));
    return EXIT_OK;
  }
  if (args.operands.length !== command.operandCount)
    throw new UsageError(`Usage: anser ${command.name} ${command.operands}`.trim());
  await command.run(contextFor(args, host, output));
  output.endProgress();
  output.endLine();
  return host.signal.aborted ? EXIT_INTERRUPTED : EXIT_OK;
}

function contextFor(args: Arguments, host: CliHost, output: Output): CommandContext {
  const dataFolder = args.text('data') ?? defaultDataFolder();
  const [modelPath, adapter] = [args.text('model'), args.text('adapter')];
  const precision = precisionArgument(args);
  const options: OpenOptions = {
    dataFolder,
    precision,
    signal: host.signal,
    onProgress: ({ done, total }) => output.progress(total === 0 ? 1 : done / total, 'loading the model'),
    ...(modelPath !== undefined && { modelPath }),
    ...(adapter !== undefined && { adapter }),
    cacheQuantised: args.flag('cache-quantised'),
    onWarning: (message) => {
      output.remark(message);
    },
    noSubgroups: args.flag('no-subgroups'),
    noShaderF16: args.flag('no-f16'),
    noMatrixUnits: args.flag('no-matrix'),
    noGridBarrier: args.flag('no-grid-barrier'),
  };
  const openAnser = async (more: Partial<OpenOptions> = {}): Promise<Anser> => {
    const anser = await host.openAnser({ ...options, ...more });
    output.remark(anser.adapterLine);
    return anser;
  };
  return { args, output, dataFolder, precision, openAnser, input: host.input, signal: host.signal };
}

/** @throws UsageError */
function precisionArgument(args: Arguments): Precision {
  try {
    return parsePrecision(args.text('precision') ?? 'source');
  } catch (error) {
    throw error instanceof EngineError ? new UsageError(error.message) : error;
  }
}

function generalHelp(): string {
  const rows = COMMANDS.map(({ name, operands, summary }) => [`${name} ${operands}`, summary] as const);
  return `Usage: anser COMMAND [options]\n\n${columns(rows)}\n"anser COMMAND --help" shows the options of a command.\n`;
}

function commandHelp({ name, summary, operands, options }: Command): string {
  const rows = Object.entries<OptionTable[string]>({ ...options, ...COMMON_OPTIONS }).map(
    ([option, { value, help }]) => [`--${option}${value === undefined ? '' : ` ${value}`}`, help] as const,
  );
  return `Usage: anser ${name} ${operands}${operands && ' '}[options]\n${summary}\n\n${columns(rows)}`;
}

function columns(rows: readonly (readonly [string, string])[]): string {
  const width = Math.max(...rows.map(([left]) => left.length));
  return rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right}\n`).join('');
}
