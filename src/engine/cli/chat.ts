/** `anser chat`: a conversation in the terminal. */
import type { Command } from './command.ts';
export const chat: Command = { name: 'chat', summary: 'A conversation in the terminal.', operands: '', operandCount: 0, options: {}, run: () => Promise.resolve() };
