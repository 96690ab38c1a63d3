/**
 * The downloads of models: started and stopped by the user alone, resumed at the byte, put into place only when they are
 * whole and right. Nothing is contacted unless `start` or `resume` is called.
 */
import { readdir, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { assert } from '../../engine/api/errors.ts';
import type { Download } from '../api/models.ts';
import { notFound } from '../errors.ts';
import { Job, type JobPlan } from './download/job.ts';
import { FACTS, PART, readFacts } from './download/partFacts.ts';
import { discardPart } from './download/partFile.ts';
import { DEFAULT_PATIENCE, type Patience } from './download/patience.ts';
import type { DownloadItem, Mirror } from './download/types.ts';
import { freeBytes, type FreeBytes } from './space.ts';

export interface DownloadsOptions {
  /** '' for none; asked whenever a download begins or goes on. */
  readonly proxy?: () => string;
  readonly patience?: Partial<Patience>;
  readonly freeBytes?: FreeBytes;
  /** How many run at a time; the others wait. */
  readonly atOnce?: number;
}

type Observer = (downloads: readonly Download[]) => void;

interface Run {
  readonly controller: AbortController;
  readonly ended: Promise<void>;
}

/** Between two times that observers hear of bytes. */
const QUIET_MS = 200;

export class Downloads {
  readonly #options: Required<Omit<DownloadsOptions, 'patience'>> & { readonly patience: Patience };
  readonly #jobs = new Map<string, Job>();
  readonly #waiting: Job[] = [];
  readonly #runs = new Map<Job, Run>();
  readonly #observers = new Set<Observer>();
  #timer: NodeJS.Timeout | undefined;

  constructor(options: DownloadsOptions = {}) {
    const patience = { ...DEFAULT_PATIENCE, ...options.patience };
    this.#options = { proxy: () => '', freeBytes, atOnce: 1, ...options, patience };
  }

  /** Lists what earlier runs of the app left in `folder`, as paused. */
  async restore(folder: string): Promise<void> {
    const names = await readdir(folder).catch(() => []);
    for (const name of names.filter((name) => name.endsWith(FACTS))) {
      const facts = await readFacts(join(folder, name));
      if (facts?.item.fileName !== name.slice(0, -FACTS.length) || this.#jobs.has(facts.item.id)) continue;
      const { item, mirrors, totalBytes } = facts;
      const bytes = (await stat(join(folder, item.fileName + PART)).catch(() => undefined))?.size ?? 0;
      this.#add({ item, mirrors, folder }).set({ bytes, totalBytes: totalBytes ?? item.bytes ?? null });
    }
  }

  list(): Download[] {
    return Array.from(this.#jobs.values(), ({ state }) => state);
  }

  /** Calls `observe` with all downloads after changes, several times a second at most; returns how to stop it. */
  observe(observe: Observer): () => void {
    this.#observers.add(observe);
    return () => this.#observers.delete(observe);
  }

  /** Begins a download, or goes on with one of the same id. Its failures are in its state. */
  start(item: DownloadItem, mirrors: readonly Mirror[], folder: string): void {
    assert(basename(item.fileName) === item.fileName && item.fileName !== '', 'a download has a plain name');
    const plan = { item, mirrors, folder };
    const job = this.#jobs.get(item.id);
    if (job && this.#isActive(job)) return;
    job?.replan(plan);
    this.#enqueue(job ?? this.#add(plan));
  }

  /** @throws AppError `not-found` */
  resume(id: string): void {
    const job = this.#job(id);
    if (!this.#isActive(job) && job.state.stage !== 'ready') this.#enqueue(job);
  }

  /** Resolves when it has come to rest. @throws AppError `not-found` */
  async pause(id: string): Promise<void> {
    await this.#stop(this.#job(id));
  }

  /**
   * Stops it and deletes the part that is here; one that is ready only leaves the list.
   * @throws AppError `not-found`, `folder-read-only`, `storage-failed`
   */
  async cancel(id: string): Promise<void> {
    const job = this.#job(id);
    await this.#stop(job);
    if (job.state.stage !== 'ready') await discardPart(job.plan.folder, job.plan.item.fileName);
    this.#jobs.delete(id);
    this.#tell(true);
  }

  /** Stops everything; the parts stay for the next run of the app. */
  async dispose(): Promise<void> {
    this.#observers.clear();
    await Promise.all(Array.from(this.#jobs.values(), (job) => this.#stop(job)));
    clearTimeout(this.#timer);
  }

  #add(plan: JobPlan): Job {
    const job = new Job(plan, this.#options, (urgent) => this.#tell(urgent));
    this.#jobs.set(plan.item.id, job);
    return job;
  }

  #job(id: string): Job {
    const job = this.#jobs.get(id);
    if (!job) throw notFound('download');
    return job;
  }

  #isActive(job: Job): boolean {
    return this.#runs.has(job) || this.#waiting.includes(job);
  }

  #enqueue(job: Job): void {
    this.#waiting.push(job);
    job.set({ stage: 'waiting', error: null, verifiedBy: null });
    this.#next();
  }

  #next(): void {
    while (this.#runs.size < this.#options.atOnce) {
      const job = this.#waiting.shift();
      if (!job) return;
      const controller = new AbortController();
      const ended = job.run(controller.signal).then((end) => {
        // First, so that whoever hears of the end may start it again.
        this.#runs.delete(job);
        job.set(end);
        this.#next();
      });
      this.#runs.set(job, { controller, ended });
    }
  }

  async #stop(job: Job): Promise<void> {
    const place = this.#waiting.indexOf(job);
    if (place >= 0) {
      this.#waiting.splice(place, 1);
      job.set({ stage: 'paused' });
    }
    const run = this.#runs.get(job);
    run?.controller.abort();
    await run?.ended;
  }

  /** Of bytes observers hear now and then, of all else at once. */
  #tell(urgent: boolean): void {
    if (!urgent) {
      this.#timer ??= setTimeout(() => this.#tell(true), QUIET_MS);
      return;
    }
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const downloads = this.list();
    for (const observe of this.#observers) observe(downloads);
  }
}
