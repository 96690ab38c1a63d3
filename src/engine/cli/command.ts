/** What a command of the terminal program is, and what it is given to run with. */
import type { Readable } from 'node:stream';
import type { Precision } from '../rwkv7/precision.ts';
import type { Anser, OpenOptions } from '../hosts/node.ts';
import type { Arguments, OptionTable } from './arguments.ts';
import type { Output } from './output.ts';

export interface Command {
  readonly name: string;
  /** The line in the list of commands. */
  readonly summary: string;
  /** Positional arguments as shown, e.g. `FILE "QUESTION"`. */
  readonly operands: string;
  /** How many positional arguments it takes. */
  readonly operandCount: number;
  /** Besides those that every command has. */
  readonly options: OptionTable;
  /** Runs until done or `signal` aborts. Errors are told by the caller. */
  run(context: CommandContext): Promise<void>;
}

export interface CommandContext {
  readonly args: Arguments;
  readonly output: Output;
  readonly input: () => Readable;
  /** Aborted by Ctrl-C. */
  readonly signal: AbortSignal;
  readonly dataFolder: string;
  /** Of the weights on the device. */
  readonly precision: Precision;
  /** Loads the model that the options name; `more` goes before them. The command disposes it. */
  readonly openAnser: (more?: Partial<OpenOptions>) => Promise<Anser>;
}
