/** What a window can ask of the shell, and what the program says of itself. */
import { EngineError } from '../../engine/api/errors.ts';
import type { AppApi } from '../api/contract.ts';
import type { About } from '../api/settings.ts';
import { DELIVERY_HOSTS, MIRROR_HOSTS } from '../models/downloadHosts.ts';
import { isOpenable } from '../shellServices.ts';
import type { AppOptions } from './appOptions.ts';

const PLATFORMS = ['linux', 'darwin', 'win32'] as const;

export function shellMethods({
  shell,
  version,
  dataFolder,
}: Pick<AppOptions, 'shell' | 'version' | 'dataFolder'>): Pick<
  AppApi,
  'about' | 'pickFiles' | 'pickFolder' | 'openLink' | 'revealInFolder'
> {
  return {
    about: async (): Promise<About> => ({
      ...{ version, shell: shell.kind, dataFolder, dialogs: shell.dialogs },
      platform: PLATFORMS.find((name) => name === process.platform) ?? 'other',
      addresses: [
        ...MIRROR_HOSTS.map((host) => ({ host, subdomains: true, purpose: 'model-download' as const })),
        ...DELIVERY_HOSTS.map((host) => ({ host, subdomains: true, purpose: 'model-delivery' as const })),
        ...(shell.kind === 'browser' ? [{ host: '127.0.0.1', subdomains: false, purpose: 'loopback' as const }] : []),
      ],
    }),
    pickFiles: ({ kind }) => shell.pickFiles(kind),
    pickFolder: () => shell.pickFolder(),
    openLink: async ({ url }) => {
      if (!isOpenable(url))
        throw new EngineError('invalid-argument', `${url} is no address that can be opened.`, {
          nextStep: 'Copy it instead, if you trust it.',
        });
      await shell.openLink(url);
      return {};
    },
    revealInFolder: async ({ path }) => {
      shell.revealInFolder(path);
      return {};
    },
  };
}
