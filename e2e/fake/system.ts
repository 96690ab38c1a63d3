/** The fake's part for the program itself: what it is, its events, its settings, its model. */
import type { AppApi, AppEvent } from '../../src/main/api/contract.ts';
import { LOADED, type World } from './world.ts';

type SystemPart = Pick<AppApi, 'about' | 'watch' | 'getSettings' | 'changeSettings' | 'openLink' | 'loadModel'>;

export const systemPart = (world: World): SystemPart => ({
  about: async () => ({
    ...{ version: '0.1.0', shell: 'browser', platform: 'linux', dataFolder: '/home/user/.anser', dialogs: false },
    addresses: [
      { host: 'huggingface.co', subdomains: true, purpose: 'model-download' },
      { host: 'hf.co', subdomains: true, purpose: 'model-delivery' },
      { host: '127.0.0.1', subdomains: false, purpose: 'loopback' },
    ],
  }),
  watch: (_params, signal) => watch(world, signal),
  getSettings: async () => world.settings,
  changeSettings: async (patch) => {
    world.settings = { ...world.settings, ...Object.fromEntries(Object.entries(patch)) };
    world.emit({ type: 'settings', settings: world.settings });
    return world.settings;
  },
  openLink: async () => ({}),
  loadModel: async ({ id: path }) => {
    for (let step = 0; step <= 10; step++) {
      world.setEngine({ type: 'loading', path, fraction: step / 10, testing: step === 10 });
      await new Promise((resolve) => setTimeout(resolve, 60));
    }
    world.setEngine(LOADED);
    return {};
  },
});

async function* watch(world: World, signal: AbortSignal | undefined): AsyncGenerator<AppEvent> {
  const waiting: AppEvent[] = [
    { type: 'engine', status: world.engine },
    { type: 'settings', settings: world.settings },
    { type: 'downloads', downloads: [...world.library.downloads.values()] },
  ];
  let wake = (): void => undefined;
  const stop = world.listen((event) => {
    waiting.push(event);
    wake();
  });
  const onAbort = (): void => wake();
  signal?.addEventListener('abort', onAbort);
  try {
    while (!signal?.aborted) {
      const event = waiting.shift();
      if (event) yield event;
      else await new Promise<void>((resolve) => (wake = resolve));
    }
  } finally {
    stop();
  }
}
