/** Loads the model for the length of one task. */
import type { Anser, OpenOptions } from '../hosts/node.ts';
import type { CommandContext } from './command.ts';

/** Opens the model, hands it to `use`, and disposes it whatever happens. */
export async function withAnser<T>(
  context: CommandContext,
  use: (anser: Anser) => Promise<T>,
  more?: Partial<OpenOptions>,
): Promise<T> {
  const anser = await context.openAnser(more);
  try {
    return await use(anser);
  } finally {
    await anser.dispose();
  }
}
