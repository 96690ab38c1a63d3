/** Settings, and what the program says of itself. */
import {
  array,
  boolean,
  type InferOutput,
  literal,
  maxValue,
  minValue,
  nullable,
  number,
  object,
  partial,
  picklist,
  pipe,
  string,
} from 'valibot';
import { count, precision, sampling, thinkMode } from '../../engine/api/schemas.ts';

/** How answers are sampled: a preset by name, or numbers of the user's own. The seed is drawn for each answer. */
export const samplingChoice = object({
  preset: picklist(['chat', 'documentQuestion', 'thinking', 'greedy', 'custom']),
  custom: nullable(sampling),
});
export type SamplingChoice = InferOutput<typeof samplingChoice>;

export const settings = object({
  language: picklist(['system', 'en', 'zh']),
  theme: picklist(['system', 'light', 'dark']),
  /** What sends a message; the other of the two breaks the line. */
  sendWith: picklist(['enter', 'modEnter']),
  shortcutsEnabled: boolean(),
  systemPrompt: string(),
  think: thinkMode,
  sampling: samplingChoice,
  maxTokens: pipe(count, minValue(1), maxValue(32768)),
  /** `auto`, `software`, or part of an adapter's name. */
  adapter: string(),
  precision,
  /** Keep quantised weights on disk, so that the next load reads them instead of the model's own. */
  cacheQuantised: boolean(),
  /** The model that is loaded at the start and when one is needed; null: the embedded one. */
  modelPath: nullable(string()),
  /** Null: the folder `models` in the data folder. */
  modelsFolder: nullable(string()),
  /** 0: never. */
  idleUnloadMinutes: count,
  /** Most bytes that unnamed snapshots may take before old ones are thinned. */
  snapshotQuotaBytes: count,
  snapshotEverySeconds: pipe(number(), minValue(1), maxValue(600)),
  /** '' for none; `http://user:password@host:port`. */
  proxy: string(),
  mirror: picklist(['huggingface', 'hf-mirror', 'modelscope']),
});
export type Settings = InferOutput<typeof settings>;
export const settingsPatch = partial(settings);

export const about = object({
  version: string(),
  shell: picklist(['electron', 'browser']),
  platform: picklist(['linux', 'darwin', 'win32', 'other']),
  dataFolder: string(),
  /** The shell can show the system's dialogs for files and folders. */
  dialogs: boolean(),
  /** Every address that the app may contact, and when: for the privacy page. */
  addresses: array(
    object({
      host: string(),
      /** Also all hosts below it. */
      subdomains: boolean(),
      purpose: picklist(['model-download', 'model-delivery', 'loopback']),
    }),
  ),
});
export type About = InferOutput<typeof about>;

export const nothing = object({});
export const changed = object({ type: literal('changed') });
