/** A stand-in for the main side that keeps everything in memory, for looking at the window and for its tests. */
import { RemoteError } from '../../src/engine/api/rpc/remoteError.ts';
import { appContract, type AppApi } from '../../src/main/api/contract.ts';
import { answeringPart } from './answering.ts';
import { conversationPart } from './conversations.ts';
import { documentPart } from './documents.ts';
import { modelPart } from './models.ts';
import { statePart, type StatePlaces } from './states.ts';
import { systemPart } from './system.ts';
import type { World } from './world.ts';

/** The parts that are there; every other method fails with `internal`. */
export const fakeApp = (world: World, places: StatePlaces): AppApi => ({
  ...missingMethods(),
  ...systemPart(world),
  ...conversationPart(world),
  ...answeringPart(world),
  ...documentPart(world),
  ...modelPart(world),
  ...statePart(world, places),
});

function missingMethods(): AppApi {
  const methods = Object.entries(appContract).map(([name, { kind }]) => {
    const error = (): RemoteError => new RemoteError({ code: 'internal', message: `The fake has no ${name}.` });
    return [name, kind === 'call' ? () => Promise.reject(error()) : () => failing(error())];
  });
  // Made from the contract's own entries, so it has exactly its methods.
  return Object.fromEntries(methods) as AppApi;
}

// eslint-disable-next-line require-yield -- a stream that only fails
async function* failing(error: Error): AsyncGenerator<never> {
  throw error;
}
