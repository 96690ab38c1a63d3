/** The settings: one JSON file that appears whole or not at all, and whose parts are checked one by one. */
import { safeParse } from 'valibot';
import { settings as schema, type Settings } from '../api/settings.ts';
import { JsonFile } from '../jsonFile.ts';

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
  cacheQuantised: false,
  modelPath: null,
  modelsFolder: null,
  idleUnloadMinutes: 30,
  snapshotQuotaBytes: 8e9,
  snapshotEverySeconds: 5,
  proxy: '',
  mirror: 'huggingface',
};

export class SettingsStore {
  readonly #file: JsonFile<Settings>;
  #current: Settings;
  readonly #observers = new Set<(settings: Settings) => void>();

  private constructor(file: JsonFile<Settings>, current: Settings) {
    this.#file = file;
    this.#current = current;
  }

  /**
   * Reads `path`. What is missing or invalid there has its default.
   * @param onPutAside told where a file is kept that holds no settings at all
   * @throws AppError `folder-read-only`, `storage-failed`
   */
  static async open(path: string, onPutAside: (path: string) => void): Promise<SettingsStore> {
    const what = 'The settings';
    const file = new JsonFile<Settings>({ path, what, initial: DEFAULT_SETTINGS, parse: withDefaults, onPutAside });
    return new SettingsStore(file, await file.read());
  }

  get current(): Settings {
    return this.#current;
  }

  /** @throws AppError `disk-full`, `folder-read-only`, `storage-failed`; then nothing has changed */
  async change(patch: Partial<Settings>): Promise<Settings> {
    const changed = await this.#file.change((before) => ({ ...before, ...patch }));
    this.#current = changed;
    for (const observe of this.#observers) observe(changed);
    return changed;
  }

  /** Calls `observe` after each change; returns how to stop it. */
  observe(observe: (settings: Settings) => void): () => void {
    this.#observers.add(observe);
    return () => this.#observers.delete(observe);
  }
}

/** Each entry by itself, so that one that a newer version wrote differently does not cost the others. */
function withDefaults(stored: unknown): Settings | undefined {
  if (typeof stored !== 'object' || stored === null || Array.isArray(stored)) return undefined;
  const values = stored as Readonly<Record<string, unknown>>;
  const entries = Object.entries(schema.entries).map(([name, entry]) => {
    const parsed = safeParse(entry, values[name]);
    return [name, parsed.success ? parsed.output : DEFAULT_SETTINGS[name as keyof Settings]];
  });
  // One entry for each of the schema's, of its type or the default.
  return Object.fromEntries(entries) as Settings;
}
