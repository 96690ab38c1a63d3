/**
 * What the program prints. Results go to standard output: text for people, or JSON lines and nothing else. Everything
 * about the way there (progress, remarks, errors) goes to standard error.
 */
import { EngineError } from '../api/errors.ts';
import { UsageError } from './arguments.ts';

/** Where the output goes; `main.ts` gives the process's streams, tests give arrays. */
export interface OutputStreams {
  writeResult(text: string): void;
  writeRemark(text: string): void;
  /** True when remarks are seen on a terminal, where a line can be rewritten. */
  readonly remarksAreTerminal: boolean;
  /** Columns of that terminal. */
  readonly columns: number;
}

/** Without a terminal a progress line is printed this often, and none for work that takes less. */
const PLAIN_PROGRESS_SECONDS = 5;

export class Output {
  readonly json: boolean;
  readonly #streams: OutputStreams;
  /** A progress line stands on the terminal. */
  #progressShown = false;
  #lastProgressAt = performance.now();
  /** Text was printed that does not end its line. */
  #lineOpen = false;

  constructor(streams: OutputStreams, json: boolean) {
    this.#streams = streams;
    this.json = json;
  }

  /** A result: one line of JSON, or the text for people ('' for none). */
  result(value: object, text: string): void {
    if (this.json) this.#write(`${JSON.stringify(value)}\n`);
    else if (text !== '') this.line(text);
  }

  /** A whole line, for people only; ends the line of pieces first, if one is open. */
  line(text: string): void {
    if (this.json) return;
    this.endLine();
    this.#write(`${text}\n`);
  }

  /** A piece of an answer: a JSON line, or the bare text. */
  piece(value: object, text: string): void {
    if (this.json) {
      this.result(value, '');
      return;
    }
    this.#write(text);
    this.#lineOpen = !text.endsWith('\n');
  }

  /** The text as it is shown beside the answer proper: a thought. */
  faint(text: string): string {
    return this.#streams.remarksAreTerminal ? `\u001b[2m${text}\u001b[22m` : text;
  }

  /** Ends the line of pieces, if one is open. */
  endLine(): void {
    const wasOpen = this.#lineOpen;
    this.#lineOpen = false;
    if (wasOpen) this.#write('\n');
  }

  /** A remark for people; not a result. */
  remark(text: string): void {
    this.#clearProgress();
    this.#streams.writeRemark(`${text}\n`);
  }

  /** Asks for a line on a terminal. */
  prompt(text: string): void {
    if (this.#streams.remarksAreTerminal) this.#streams.writeRemark(text);
  }

  /** Shows how far the work is: a bar on a terminal, else a line now and then. */
  progress(fraction: number, text: string): void {
    if (this.#streams.remarksAreTerminal) {
      const line = `${bar(fraction, 24)} ${text}`.slice(0, this.#streams.columns - 1);
      this.#streams.writeRemark(`\r${line}\u001b[K`);
      this.#progressShown = true;
    } else if (performance.now() - this.#lastProgressAt >= 1000 * PLAIN_PROGRESS_SECONDS) {
      this.#streams.writeRemark(`${percent(fraction)} ${text}\n`);
      this.#lastProgressAt = performance.now();
    }
  }

  /** Takes the progress bar away. */
  endProgress(): void {
    this.#clearProgress();
  }

  /** Tells an error: as a JSON line where that is wanted and possible, else as a remark. Never throws. */
  error(error: unknown): void {
    const { code, message, nextStep } = describeError(error);
    try {
      this.endLine();
      if (this.json) {
        this.#write(`${JSON.stringify({ error: { code, message, ...(nextStep !== undefined && { nextStep }) } })}\n`);
        return;
      }
    } catch {
      // The error may be that no result can be written.
    }
    this.remark(nextStep === undefined ? message : `${message}\n${nextStep}`);
  }

  #write(text: string): void {
    this.#clearProgress();
    this.#streams.writeResult(text);
  }

  #clearProgress(): void {
    if (this.#progressShown) this.#streams.writeRemark('\r\u001b[K');
    this.#progressShown = false;
  }
}

/** An error as people and programs are told about it. Anything unforeseen is a bug: its stack helps to report it. */
export function describeError(error: unknown): { code: string; message: string; nextStep: string | undefined } {
  if (error instanceof EngineError) return { code: error.code, message: error.message, nextStep: error.nextStep };
  if (error instanceof UsageError) return { code: 'usage', message: error.message, nextStep: undefined };
  const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return { code: 'internal', message, nextStep: 'This is a bug in Anser. Please report it with the lines above.' };
}

export const percent = (fraction: number): string => `${Math.floor(100 * Math.min(1, Math.max(0, fraction)))} %`;

function bar(fraction: number, width: number): string {
  const full = Math.round(Math.min(1, Math.max(0, fraction)) * width);
  return `[${'█'.repeat(full)}${'·'.repeat(width - full)}] ${percent(fraction).padStart(5)}`;
}
