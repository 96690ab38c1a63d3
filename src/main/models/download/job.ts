/** One download from its beginning to its end, which can be stopped and run again. */
import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { faultOf } from '../../../engine/api/rpc/remoteError.ts';
import type { Download } from '../../api/models.ts';
import { AppError } from '../../errors.ts';
import { requireSpace, type FreeBytes } from '../space.ts';
import { fetchFile } from './fetchFile.ts';
import { hashFile } from './hashFile.ts';
import { discardPart, PartFile } from './partFile.ts';
import type { Patience } from './patience.ts';
import { SpeedMeter } from './speedMeter.ts';
import { openDispatcher } from './transport.ts';
import type { DownloadItem, Mirror } from './types.ts';

export interface JobOptions {
  /** '' for none; asked before each run. */
  proxy(): string;
  readonly patience: Patience;
  readonly freeBytes: FreeBytes;
}

export interface JobPlan {
  readonly item: DownloadItem;
  readonly mirrors: readonly Mirror[];
  readonly folder: string;
}

type VerifiedBy = NonNullable<Download['verifiedBy']>;

export class Job {
  readonly #options: JobOptions;
  readonly #onChange: (urgent: boolean) => void;
  readonly #speed = new SpeedMeter();
  #plan: JobPlan;
  #state: Download;

  constructor(plan: JobPlan, options: JobOptions, onChange: (urgent: boolean) => void) {
    this.#plan = plan;
    this.#options = options;
    this.#onChange = onChange;
    this.#state = {
      ...{ id: plan.item.id, fileName: plan.item.fileName, stage: 'paused', host: plan.mirrors[0]?.host ?? '' },
      ...{ bytes: 0, totalBytes: plan.item.bytes ?? null, bytesPerSecond: 0, secondsLeft: null },
      ...{ error: null, verifiedBy: null },
    };
  }

  get state(): Download {
    return this.#state;
  }

  get plan(): JobPlan {
    return this.#plan;
  }

  /** What to do from the next run on. */
  replan(plan: JobPlan): void {
    this.#plan = plan;
  }

  set(patch: Partial<Download>, urgent = true): void {
    this.#state = { ...this.#state, ...patch };
    this.#onChange(urgent);
  }

  /**
   * Runs until there is nothing more to do and returns how it ended: in the stage `ready`, `failed` or, when the signal
   * aborts, `paused`. Never rejects.
   */
  async run(signal: AbortSignal): Promise<Partial<Download>> {
    const still = { secondsLeft: null, bytesPerSecond: 0 };
    try {
      return { ...still, stage: 'ready', verifiedBy: await this.#download(signal) };
    } catch (error) {
      if (signal.aborted && !(error instanceof AppError)) return { ...still, stage: 'paused' };
      return { ...still, stage: 'failed', error: faultOf(error) };
    }
  }

  async #download(signal: AbortSignal): Promise<VerifiedBy> {
    const { item, mirrors, folder } = this.#plan;
    await this.#requireFree();
    const part = await PartFile.open(folder, item, mirrors);
    try {
      this.#showPart(part);
      if (!part.complete) await this.#fetch(part, signal);
      const verifiedBy = await this.#verify(part, signal);
      await this.#requireFree();
      await part.finish();
      return verifiedBy;
    } finally {
      await part.close();
    }
  }

  async #requireFree(): Promise<void> {
    const path = join(this.#plan.folder, this.#plan.item.fileName);
    const taken = await access(path).then(
      () => true,
      () => false,
    );
    if (!taken) return;
    throw new AppError('file-exists', `${path} is there already.`, {
      nextStep: 'Remove the model first if you want to download it again.',
    });
  }

  async #fetch(part: PartFile, signal: AbortSignal): Promise<void> {
    const { item, mirrors, folder } = this.#plan;
    const { patience, freeBytes, proxy } = this.#options;
    if (item.bytes !== undefined) await requireSpace(folder, item.bytes - part.size, freeBytes);
    const dispatcher = openDispatcher(proxy(), patience.stallMs);
    try {
      const callbacks = {
        onSource: ({ host }: Mirror) => {
          this.#speed.reset();
          this.#showPart(part, { stage: 'downloading', host });
        },
        onBytes: () => this.#progress(part),
        onWait: () => this.set({ stage: 'waiting', bytesPerSecond: 0, secondsLeft: null }),
      };
      await fetchFile({ part, folder, dispatcher, signal, patience, freeBytes, ...callbacks }, mirrors);
    } finally {
      await dispatcher.destroy();
    }
  }

  /** Holds the whole file against the best hash that is known. One that is not it is deleted. */
  async #verify(part: PartFile, signal: AbortSignal): Promise<VerifiedBy> {
    const { item, source } = part.facts;
    const expected = item.sha256 ?? source?.sha256 ?? null;
    if (expected === null) return 'size';
    this.#showPart(part, { stage: 'verifying', bytes: 0, bytesPerSecond: 0, secondsLeft: null });
    const found = await hashFile(part.path, signal, (bytes) => this.set({ bytes }, false));
    if (found === expected) return item.sha256 === undefined ? 'server' : 'publisher';
    await discardPart(this.#plan.folder, item.fileName);
    throw new AppError(
      'download-corrupt',
      `${item.fileName} arrived damaged or is not the published file. It was deleted.`,
      {
        cause: new Error(`SHA-256 is ${found} instead of ${expected}`),
        nextStep: 'Download it again, perhaps from another mirror.',
      },
    );
  }

  #progress(part: PartFile): void {
    this.#speed.add(performance.now(), part.size);
    const { bytesPerSecond } = this.#speed;
    const left = (part.facts.totalBytes ?? 0) - part.size;
    const secondsLeft = bytesPerSecond > 0 ? left / bytesPerSecond : null;
    this.set({ bytes: part.size, bytesPerSecond, secondsLeft }, false);
  }

  #showPart(part: PartFile, patch: Partial<Download> = {}): void {
    const { totalBytes, item } = part.facts;
    this.set({ bytes: part.size, totalBytes: totalBytes ?? item.bytes ?? null, ...patch });
  }
}
