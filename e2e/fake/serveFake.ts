/** Serves the built window with the fake behind it, through the real server. Run by itself it prints a link to look at. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Handouts } from '../../src/main/handouts.ts';
import { startServer, type AppServer } from '../../src/main/serve/server.ts';
import { Uploads } from '../../src/main/serve/uploads.ts';
import { fakeApp } from './fakeApp.ts';
import { addLibrarySamples } from './librarySamples.ts';
import { addSamples } from './samples.ts';
import { World } from './world.ts';

export const PAGE_FOLDER = join(import.meta.dirname, '..', '..', 'out', 'renderer');

export interface FakeServer extends AppServer {
  /** What went wrong behind the window. */
  readonly bugs: unknown[];
}

export async function serveFake(world: World, port = 0): Promise<FakeServer> {
  const folder = await mkdtemp(join(tmpdir(), 'anser-fake-'));
  const bugs: unknown[] = [];
  const handouts = new Handouts();
  const server = await startServer({
    ...{
      app: fakeApp(world, { handouts, folder }),
      handouts,
      uploads: new Uploads(folder),
      pageFolder: PAGE_FOLDER,
      port,
    },
    onBug: (error) => bugs.push(error),
  });
  const close = async (): Promise<void> => {
    await server.close();
    await rm(folder, { recursive: true, force: true });
  };
  return { ...server, bugs, close };
}

if (import.meta.main) {
  const world = new World({ pieceMs: 20 });
  addSamples(world);
  addLibrarySamples(world);
  const server = await serveFake(world);
  console.log(server.newLink());
}
