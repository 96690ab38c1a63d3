/** The services behind a window, put together: the same in every shell. */
import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import type { AppApi, AppEvent } from '../api/contract.ts';
import { Conversations } from '../conversations/conversations.ts';
import { ConversationStore } from '../conversations/conversationStore.ts';
import { documentTurns } from '../conversations/documentTurns.ts';
import { samplingOf } from '../conversations/samplingOf.ts';
import { isSnapshotUsed } from '../conversations/snapshotUse.ts';
import { Turns } from '../conversations/turns.ts';
import { documentServices, type DocumentServices } from '../documents/documentServices.ts';
import { EngineHost } from '../engineHost.ts';
import { Handouts } from '../handouts.ts';
import type { Downloads } from '../models/downloads.ts';
import { modelFiles } from '../models/modelMethods.ts';
import { ModelUse } from '../models/modelUse.ts';
import { SettingsStore } from '../settings/settings.ts';
import type { AppOptions } from './appOptions.ts';
import { SnapshotDisposal } from '../snapshotDisposal.ts';
import { SnapshotFolder } from '../states/snapshotFolder.ts';
import { stateServices } from '../states/stateServices.ts';
import { openDatabase } from '../store/database.ts';
import { appMethods } from './appMethods.ts';
import { EngineLink } from './engineLink.ts';
import { Broadcast } from '../broadcast.ts';
import { SnapshotQuota } from './snapshotQuota.ts';
import { sweepSnapshots } from './sweepSnapshots.ts';
import { withStoreErrors } from './withStoreErrors.ts';

export interface RunningApp {
  readonly api: AppApi;
  readonly handouts: Handouts;
  /** The engine's process, for tests that end it; undefined while none runs. */
  enginePid(): number | undefined;
  /** Saves what is under way and stops the engine. */
  dispose(): Promise<void>;
}

/** @throws AppError `already-running`, `database-damaged`, `database-newer`, `disk-full`, `storage-failed` */
export async function createApp(options: AppOptions): Promise<RunningApp> {
  const { dataFolder } = options;
  const db = openDatabase(join(dataFolder, 'anser.db'));
  try {
    const putAside: string[] = [];
    const settings = await SettingsStore.open(join(dataFolder, 'settings.json'), (path) => putAside.push(path));
    return await new App(options, db, settings, putAside).start();
  } catch (error) {
    db.close();
    throw error;
  }
}

/** Makes the services, each with what it needs of the others. */
class App {
  readonly #options: AppOptions;
  readonly #db: DatabaseSync;
  readonly #settings: SettingsStore;
  readonly #events = new Broadcast<AppEvent>();
  readonly #handouts = new Handouts();
  readonly #host: EngineHost;
  readonly #engine: EngineLink;
  readonly #disposal: SnapshotDisposal;
  readonly #snapshots: SnapshotFolder;
  readonly #quota: SnapshotQuota;
  readonly #conversations: Conversations;
  readonly #turns: Turns;
  readonly #documents: DocumentServices;
  readonly #models: ModelUse;
  #downloads: Downloads | undefined;
  /** Where files of the app's own are kept that were damaged. */
  readonly #putAside: string[];
  /** What ran when the engine's process ended. */
  #interrupted: Extract<AppEvent, { type: 'engine-restarted' }>['interrupted'] = 'nothing';

  constructor(options: AppOptions, db: DatabaseSync, settings: SettingsStore, putAside: string[]) {
    const { dataFolder, engine, onBug } = options;
    this.#options = options;
    this.#db = db;
    this.#settings = settings;
    this.#putAside = putAside;
    this.#host = new EngineHost({ nodePath: engine.nodePath, entry: engine.entry, dataFolder });
    this.#engine = new EngineLink({
      host: this.#host,
      onStatus: (status) => {
        if (status.type === 'restarting') this.#interrupted = this.#underWay();
        this.#events.send({ type: 'engine', status });
      },
      onRestarted: () => this.#events.send({ type: 'engine-restarted', interrupted: this.#interrupted }),
    });
    this.#snapshots = new SnapshotFolder(join(dataFolder, 'snapshots'));
    this.#disposal = new SnapshotDisposal(db, this.#engine, (id) => isSnapshotUsed(db, id));
    const store = new ConversationStore(db);
    this.#conversations = new Conversations({
      store,
      settings: () => settings.current,
      freed: () => this.#freed(),
      tell: (news) => this.#events.send(news),
    });
    this.#quota = new SnapshotQuota({
      ...{ conversations: this.#conversations, disposal: this.#disposal, folder: this.#snapshots, report: onBug },
      quotaBytes: () => settings.current.snapshotQuotaBytes,
      madeRoom: () => this.#events.send({ type: 'changed', what: 'states' }),
    });
    this.#turns = new Turns({
      ...{ store, engine: this.#engine, maxTokens: () => settings.current.maxTokens },
      answered: (id) => {
        this.#conversations.answered(id);
        this.#quota.keep();
      },
      changed: (id) => this.#conversations.tell(id),
      speed: {
        measured: (speed) => this.#engine.model && this.#documents.speeds.remember(this.#engine.model, speed),
        secondsFor: (tokens) => this.#documents.speeds.secondsFor(tokens, this.#engine.model),
      },
    });
    this.#documents = documentServices({
      ...{ db, dataFolder, engine: this.#engine, disposal: this.#disposal, conversations: this.#conversations },
      turns: documentTurns(store),
      textIndex: join(dataFolder, 'search.db'),
      snapshotPath: (id) => this.#snapshots.path(id),
      changed: (id) => {
        this.#events.send({ type: 'changed', what: 'documents' });
        this.#events.send({ type: 'document', id });
        // A reading that ended, or paused, has left its state.
        this.#quota.keep();
      },
      now: () => new Date(),
      report: onBug,
      settings: () => ({
        sampling: samplingOf({ preset: 'documentQuestion', custom: null }),
        maxTokens: settings.current.maxTokens,
        snapshotEverySeconds: settings.current.snapshotEverySeconds,
      }),
    });
    this.#models = new ModelUse({
      ...{ engine: this.#engine, settings: () => settings.current, embeddedModel: engine.embeddedModel, onBug },
      busy: () => this.#underWay() !== 'nothing',
    });
  }

  async start(): Promise<RunningApp> {
    const { onBug, dataFolder } = this.#options;
    this.#conversations.tidy();
    await this.#documents.documents.tidy();
    this.#settings.observe((settings) => {
      this.#events.send({ type: 'settings', settings });
      this.#quota.keep();
    });
    this.#disposal
      .dispose()
      .then(() => sweepSnapshots(this.#engine.api, (id) => isSnapshotUsed(this.#db, id)))
      .then(() => this.#quota.keep())
      .catch(onBug);
    // Not waited for: the window shows what is there while the model loads; failures are in the engine's status.
    this.#models.ensure().catch(() => undefined);
    const { documents, readings, speeds } = this.#documents;
    const states = stateServices({
      ...{ db: this.#db, dataFolder, folder: this.#snapshots, engine: this.#engine },
      ...{ disposal: this.#disposal, conversations: this.#conversations },
      document: (id) => documents.get(id),
      snapshotOfDocument: (id) => readings.snapshotOf(id)?.snapshotId,
      secondsFor: (tokens) => speeds.secondsFor(tokens, this.#engine.model),
      quotaBytes: () => this.#settings.current.snapshotQuotaBytes,
      changed: () => {
        this.#events.send({ type: 'changed', what: 'states' });
        this.#quota.keep();
      },
      now: () => new Date(),
    });
    await states.bundles.sweep();
    const parts = {
      ...{ events: this.#events, settings: this.#settings, engine: this.#engine, models: this.#models },
      options: this.#options,
    };
    const files = modelFiles({ ...parts, onPutAside: (path) => this.#notePutAside(path) });
    this.#downloads = files.downloads;
    await files.folder.sweep();
    await files.downloads.restore(files.folder.folder);
    const api = appMethods({
      ...{ ...parts, files, db: this.#db },
      ...{ conversations: this.#conversations, turns: this.#turns, documents: this.#documents, states },
      handouts: this.#handouts,
      putAside: this.#putAside,
    });
    return {
      api: withStoreErrors(api),
      handouts: this.#handouts,
      enginePid: () => this.#host.pid,
      dispose: () => this.#dispose(),
    };
  }

  async #dispose(): Promise<void> {
    this.#models.dispose();
    await this.#downloads?.dispose();
    await this.#documents.readings.close();
    await this.#documents.texts.close();
    await this.#quota.close();
    await this.#host.dispose();
    this.#db.close();
  }

  #notePutAside(path: string): void {
    this.#putAside.push(path);
    this.#events.send({ type: 'put-aside', paths: [...this.#putAside] });
  }

  #underWay(): 'nothing' | 'answer' | 'reading' | 'both' {
    const reading = this.#documents.readings.active;
    if (this.#turns.active) return reading ? 'both' : 'answer';
    return reading ? 'reading' : 'nothing';
  }

  #freed(): void {
    // After the transaction that this may be a part of; what cannot be deleted now stays noted.
    setImmediate(() => void this.#disposal.dispose().catch(() => undefined));
  }
}
