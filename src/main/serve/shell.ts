/** The browser as a shell: it has its own dialogs and links; what is asked of the machine's desktop is not there. */
import { EngineError } from '../../engine/api/errors.ts';
import type { ShellServices } from '../shellServices.ts';

const notHere = (): EngineError =>
  new EngineError('invalid-argument', 'A browser cannot do this.', { nextStep: 'Enter the path instead.' });

export const browserShell = (): ShellServices => ({
  kind: 'browser',
  dialogs: false,
  pickFiles: () => Promise.reject(notHere()),
  pickFolder: () => Promise.reject(notHere()),
  // The page opens links itself, in a tab of its own.
  openLink: () => Promise.reject(notHere()),
  revealInFolder: () => {
    throw notHere();
  },
});
