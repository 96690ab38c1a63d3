/** The shell that tests run in: a browser, or Electron where ANSER_SHELL=electron asks for it. */
import type { AppShell } from './appShell.ts';
import { BrowserShell } from './browserShell.ts';
import { ElectronShell } from './electronShell.ts';

export async function openShell(dataFolder: string): Promise<AppShell> {
  return process.env['ANSER_SHELL'] === 'electron'
    ? new ElectronShell(dataFolder)
    : await BrowserShell.create(dataFolder);
}
