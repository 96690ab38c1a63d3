/** `anser chat`: a conversation in the terminal, one line a message. */
import { createInterface } from 'node:readline';
import { EngineError } from '../api/errors.ts';
import type { ThinkMode } from '../chat/thinking.ts';
import type { Anser } from '../hosts/node.ts';
import { SAMPLING_OPTIONS, samplingFrom } from './answerOptions.ts';
import { UsageError } from './arguments.ts';
import type { Command, CommandContext } from './command.ts';
import { Conversation } from './conversation.ts';
import { withAnser } from './withAnser.ts';

const THINK_MODES = ['off', 'fast', 'full'] as const satisfies readonly ThinkMode[];
const HELP = `/think ${THINK_MODES.join('|')}, /save [NAME], /new, /quit`;

export const chat: Command = {
  name: 'chat',
  summary: 'A conversation in the terminal.',
  operands: '',
  operandCount: 0,
  options: {
    system: { value: 'TEXT', help: 'what the model is told before the conversation' },
    think: { value: 'MODE', help: 'off (the default), fast or full: whether the model reasons first' },
    state: { value: 'ID', help: 'go on with a conversation that was saved' },
    'max-tokens': { value: 'N', help: 'most tokens of an answer; default 512' },
    ...SAMPLING_OPTIONS,
  },
  run: async (context) => {
    const { args } = context;
    const think = args.choice('think', THINK_MODES, 'off');
    // Checked before the model is loaded.
    const maxTokens = args.number('max-tokens', { least: 1, whole: true }) ?? 512;
    samplingFrom(args, 'chat');
    await withAnser(context, async (anser) => {
      const repl = new Repl(context, anser, think, maxTokens);
      try {
        await repl.run(args.text('state'));
      } finally {
        repl.dispose();
      }
    });
  },
};

/** Reads lines until the end of input, `/quit` or Ctrl-C. */
class Repl {
  readonly #context: CommandContext;
  readonly #anser: Anser;
  readonly #maxTokens: number;
  #think: ThinkMode;
  #conversation: Conversation;
  /** Something was said since the last save. */
  #unsaved = false;

  constructor(context: CommandContext, anser: Anser, think: ThinkMode, maxTokens: number) {
    this.#context = context;
    this.#anser = anser;
    this.#think = think;
    this.#maxTokens = maxTokens;
    this.#conversation = this.#begin();
  }

  async run(stateId: string | undefined): Promise<void> {
    const { output, input, signal } = this.#context;
    if (stateId !== undefined) await this.#restore(stateId);
    output.remark(`${this.#anser.modelName}. One line is one message. ${HELP}`);
    const lines = createInterface({ input: input(), crlfDelay: Infinity });
    const stop = (): void => {
      lines.close();
    };
    signal.addEventListener('abort', stop);
    try {
      output.prompt('> ');
      for await (const line of lines) {
        if (line.trim() === '/quit') break;
        await this.#take(line.trim());
        if (signal.aborted) break;
        output.prompt('> ');
      }
    } finally {
      signal.removeEventListener('abort', stop);
      lines.close();
      // A terminal that is still being read would keep the process alive.
      input().destroy();
    }
    if (signal.aborted && this.#unsaved && this.#conversation.begun) await this.#save(undefined);
  }

  dispose(): void {
    this.#conversation.dispose();
  }

  async #take(line: string): Promise<void> {
    if (line === '') return;
    if (!line.startsWith('/')) return this.#say(line);
    try {
      await this.#obey(line);
    } catch (error) {
      // A slip of the fingers must not end the conversation.
      if (!(error instanceof UsageError || error instanceof EngineError)) throw error;
      this.#context.output.error(error);
    }
  }

  async #obey(line: string): Promise<void> {
    const [command = '', argument] = line.split(/\s+/u);
    switch (command) {
      case '/think': {
        const mode = THINK_MODES.find((candidate) => candidate === argument);
        if (mode === undefined) throw new UsageError(`/think takes ${THINK_MODES.join(', ')}.`);
        this.#think = mode;
        return;
      }
      case '/save':
        await this.#save(argument);
        return;
      case '/new':
        this.#conversation.dispose();
        this.#conversation = this.#begin();
        this.#unsaved = false;
        return;
      default:
        throw new UsageError(`There is no ${command}. ${HELP}`);
    }
  }

  async #say(text: string): Promise<void> {
    const { args, output, signal } = this.#context;
    const sampling = samplingFrom(args, this.#think === 'full' ? 'thinking' : 'chat');
    const options = { sampling, think: this.#think, maxTokens: this.#maxTokens, signal };
    this.#unsaved = true;
    let previous = '';
    for await (const event of this.#conversation.turn(text, options)) {
      // The white space between a thought and its answer belongs to neither.
      if (previous === 'thought' && event.type === 'text') output.endLine();
      previous = event.type;
      if (event.type === 'end') output.result(event, '');
      else output.piece(event, event.type === 'thought' ? output.faint(event.text) : event.text);
    }
    output.endLine();
  }

  async #save(name: string | undefined): Promise<void> {
    const id = name ?? `chat-${new Date().toISOString().replace(/\D/gu, '').slice(0, 14)}`;
    const { tokenCount } = await this.#conversation.save(id);
    this.#unsaved = false;
    this.#context.output.result(
      { type: 'saved', snapshotId: id, tokens: tokenCount },
      `Saved. Go on with: anser chat --state ${id}`,
    );
  }

  #begin(): Conversation {
    return new Conversation(this.#anser.sessions.open(), this.#anser.tokenizer, this.#context.args.text('system'));
  }

  async #restore(id: string): Promise<void> {
    const { sessions, tokenizer } = this.#anser;
    const info = (await sessions.list()).find(({ id: candidate }) => candidate === id);
    if (info?.extra['kind'] === 'document')
      throw new EngineError('invalid-argument', `${id} is a document, not a conversation.`, {
        nextStep: 'Use "anser ask FILE QUESTION --mode memory".',
      });
    const session = await sessions.restore(id);
    this.#conversation.dispose();
    this.#conversation = new Conversation(session, tokenizer);
  }
}
