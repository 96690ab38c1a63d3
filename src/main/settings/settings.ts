/** The settings: one JSON file that appears whole or not at all, and whose parts are checked one by one. */
import { readFile, rename } from 'node:fs/promises';
import { safeParse } from 'valibot';
import { EngineError } from '../../engine/api/errors.ts';
import { settings as schema, type Settings } from '../api/settings.ts';
import { writeFileAtomic } from '../atomicFile.ts';

export const DEFAULT_SETTINGS: Settings = {
  language: 'system',
  theme: 'system',
  sendWith: 'enter',
  shortcutsEnabled: true,
  systemPrompt: '',
  think: 'off',
  sampling: { preset: 'chat', custom: null },
  maxTokens: 1024,
  adapter: 'auto',
  precision: 'source',
  modelPath: null,
  modelsFolder: null,
  idleUnloadMinutes: 30,
  snapshotQuotaBytes: 8e9,
  snapshotEverySeconds: 5,
  proxy: '',
  mirror: 'huggingface',
};

export class SettingsStore {
  readonly #path: string;
  #current: Settings;
  /** Changes are written one after another. */
  #writing: Promise<unknown> = Promise.resolve();
  readonly #observers = new Set<(settings: Settings) => void>();

  private constructor(path: string, current: Settings) {
    this.#path = path;
    this.#current = current;
  }

  /** Reads `path`. What is missing or invalid there has its default; a file that is no JSON is kept under another name. */
  static async open(path: string): Promise<SettingsStore> {
    const text = await readFile(path, 'utf8').catch((error: unknown) => {
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
      throw error;
    });
    if (text === undefined) return new SettingsStore(path, DEFAULT_SETTINGS);
    const stored = parseObject(text);
    if (!stored) await rename(path, `${path}.damaged`);
    return new SettingsStore(path, withDefaults(stored ?? {}));
  }

  get current(): Settings {
    return this.#current;
  }

  /** @throws EngineError `storage-failed`; then nothing has changed */
  async change(patch: Partial<Settings>): Promise<Settings> {
    const next = this.#writing.then(async () => {
      const changed = { ...this.#current, ...patch };
      await writeFileAtomic(this.#path, `${JSON.stringify(changed, null, 2)}\n`).catch((cause: unknown) => {
        throw new EngineError('storage-failed', `The settings could not be saved to ${this.#path}.`, {
          cause,
          nextStep: 'Check that the disk is not full and that the folder can be written to.',
        });
      });
      this.#current = changed;
      for (const observe of this.#observers) observe(changed);
      return changed;
    });
    this.#writing = next.catch(() => undefined);
    return next;
  }

  /** Calls `observe` after each change; returns how to stop it. */
  observe(observe: (settings: Settings) => void): () => void {
    this.#observers.add(observe);
    return () => this.#observers.delete(observe);
  }
}

function parseObject(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
}

/** Each entry by itself, so that one that a newer version wrote differently does not cost the others. */
function withDefaults(stored: Record<string, unknown>): Settings {
  const entries = Object.entries(schema.entries).map(([name, entry]) => {
    const parsed = safeParse(entry, stored[name]);
    return [name, parsed.success ? parsed.output : DEFAULT_SETTINGS[name as keyof Settings]];
  });
  // One entry for each of the schema's, of its type or the default.
  return Object.fromEntries(entries) as Settings;
}
