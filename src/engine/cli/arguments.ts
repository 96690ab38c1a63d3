/** Command-line arguments by `node:util`'s parser, with typed access and errors that tell what was expected. */
import { parseArgs } from 'node:util';

export interface OptionInfo {
  /** How the value is shown in the help, e.g. `FILE`; without it the option is a flag. */
  readonly value?: string;
  readonly help: string;
}
export type OptionTable = Readonly<Record<string, OptionInfo>>;

/** The command line is wrong: exit code 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** The parsed command line of one command. */
export class Arguments {
  readonly operands: readonly string[];
  readonly #values: Readonly<Record<string, string | boolean | undefined>>;

  private constructor(operands: readonly string[], values: Readonly<Record<string, string | boolean | undefined>>) {
    this.operands = operands;
    this.#values = values;
  }

  /** @throws UsageError for options that are not in the table or lack their value */
  static parse(args: readonly string[], table: OptionTable): Arguments {
    const options = Object.fromEntries(
      Object.entries(table).map(([name, { value }]) => [
        name,
        { type: value === undefined ? ('boolean' as const) : ('string' as const) },
      ]),
    );
    try {
      const { values, positionals } = parseArgs({ args: [...args], options, allowPositionals: true });
      return new Arguments(positionals, values);
    } catch (error) {
      // The parser's messages are whole sentences; what follows the first is about its own workings.
      throw new UsageError(
        error instanceof Error ? (error.message.split(/\. (?=[A-Z])/u)[0] ?? '').replace(/\.?$/u, '.') : String(error),
      );
    }
  }

  operand(index: number): string {
    const operand = this.operands[index];
    if (operand === undefined) throw new UsageError('An argument is missing.');
    return operand;
  }

  flag(name: string): boolean {
    return this.#values[name] === true;
  }

  text(name: string): string | undefined {
    const value = this.#values[name];
    return typeof value === 'string' ? value : undefined;
  }

  /** @throws UsageError when the value is not one of `choices` */
  choice<T extends string>(name: string, choices: readonly T[], fallback: T): T {
    const value = this.text(name);
    if (value === undefined) return fallback;
    const choice = choices.find((candidate) => candidate === value);
    if (choice === undefined) throw new UsageError(`--${name} takes ${choices.join(', ')}, not "${value}".`);
    return choice;
  }

  /** @throws UsageError when the value is not a number within the limits */
  number(
    name: string,
    { least, most = Infinity, whole = false }: { least: number; most?: number; whole?: boolean },
  ): number | undefined {
    const value = this.text(name);
    if (value === undefined) return undefined;
    const number = value.trim() === '' ? NaN : Number(value);
    if (number >= least && number <= most && (!whole || Number.isSafeInteger(number))) return number;
    const range = most === Infinity ? `of at least ${least}` : `from ${least} to ${most}`;
    throw new UsageError(`--${name} takes a ${whole ? 'whole ' : ''}number ${range}, not "${value}".`);
  }
}
