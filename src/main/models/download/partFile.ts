/** A file that is being downloaded: `NAME.part`, with what is known of it in `NAME.part.json`, in the folder it is for. */
import { constants, open, rename, rm, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { writeFileAtomic } from '../../atomicFile.ts';
import { makeFolder } from '../makeFolder.ts';
import { storageFailure } from '../../storageFailure.ts';
import { FACTS, PART, readFacts, type PartFacts } from './partFacts.ts';
import type { DownloadItem, Mirror } from './types.ts';

/** Not for appending: Windows cannot shorten what is open so. */
const OPEN_OR_MAKE = constants.O_RDWR | constants.O_CREAT;

export class PartFile {
  readonly path: string;
  readonly #target: string;
  readonly #handle: FileHandle;
  #facts: PartFacts;
  #size: number;

  private constructor(target: string, handle: FileHandle, facts: PartFacts, size: number) {
    this.path = target + PART;
    this.#target = target;
    this.#handle = handle;
    this.#facts = facts;
    this.#size = size;
  }

  /**
   * Takes up what an earlier run left, if it is of the same file, and begins anew otherwise.
   * @throws AppError `disk-full`, `folder-read-only`, `storage-failed`; so do all methods
   */
  static async open(folder: string, item: DownloadItem, mirrors: readonly Mirror[]): Promise<PartFile> {
    const target = join(folder, item.fileName);
    return await attempt(target, async () => {
      await makeFolder(folder);
      const stored = await readFacts(target + FACTS);
      const handle = await open(target + PART, OPEN_OR_MAKE);
      try {
        const { size } = await handle.stat();
        const fresh: PartFacts = { version: 1, item, mirrors: [...mirrors], source: null, totalBytes: null };
        const known = stored && continues(stored, item, size);
        const facts = known ? { ...stored, item, mirrors: [...mirrors] } : fresh;
        const part = new PartFile(target, handle, facts, size);
        if (known) await part.#save();
        else await part.reset();
        return part;
      } catch (error) {
        await handle.close();
        throw error;
      }
    });
  }

  get facts(): PartFacts {
    return this.#facts;
  }

  /** Bytes that are here. */
  get size(): number {
    return this.#size;
  }

  get complete(): boolean {
    return this.#size === this.#facts.totalBytes;
  }

  async remember(facts: Pick<PartFacts, 'source' | 'totalBytes'>): Promise<void> {
    this.#facts = { ...this.#facts, ...facts };
    await attempt(this.#target, () => this.#save());
  }

  async append(bytes: Uint8Array): Promise<void> {
    await attempt(this.#target, async () => {
      for (let done = 0; done < bytes.length;) {
        const { bytesWritten } = await this.#handle.write(bytes, done, bytes.length - done, this.#size);
        done += bytesWritten;
        this.#size += bytesWritten;
      }
    });
  }

  /** Forgets what is here. */
  async reset(): Promise<void> {
    await attempt(this.#target, async () => {
      // Not on what has no length, such as a device.
      if (this.#size > 0) await this.#handle.truncate(0);
      this.#size = 0;
      this.#facts = { ...this.#facts, source: null, totalBytes: null };
      await this.#save();
    });
  }

  /** Puts the whole file into its place. */
  async finish(): Promise<void> {
    await attempt(this.#target, async () => {
      await this.#handle.sync();
      await this.#handle.close();
      await rename(this.path, this.#target);
      await rm(this.#target + FACTS, { force: true });
    });
  }

  /** Leaves the part for a later run. */
  async close(): Promise<void> {
    await this.#handle.close();
  }

  async #save(): Promise<void> {
    await writeFileAtomic(this.#target + FACTS, JSON.stringify(this.#facts));
  }
}

/** Removes the part of a file and what is noted of it. @throws AppError `folder-read-only`, `storage-failed` */
export async function discardPart(folder: string, fileName: string): Promise<void> {
  const target = join(folder, fileName);
  await attempt(target, async () => {
    await rm(target + PART, { force: true });
    await rm(target + FACTS, { force: true });
  });
}

function continues(stored: PartFacts, item: DownloadItem, size: number): boolean {
  const sameHash = stored.item.sha256 === undefined || stored.item.sha256 === item.sha256;
  const sameSize = item.bytes === undefined || stored.totalBytes === null || stored.totalBytes === item.bytes;
  return sameHash && sameSize && size <= (stored.totalBytes ?? 0);
}

async function attempt<T>(target: string, action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (error) {
    throw storageFailure(error, `${target} could not be written`);
  }
}
