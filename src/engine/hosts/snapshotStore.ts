/**
 * Snapshots as files of one folder (Node). A snapshot is written beside its place and renamed into it, so that a crash
 * or a full disk leaves the old one or none, never a part.
 */
import { randomUUID } from 'node:crypto';
import * as nodeFs from 'node:fs/promises';
import { join } from 'node:path';
import { EngineError } from '../api/errors.ts';
import type { SnapshotStore } from '../session/types.ts';
import { isRunning } from './processes.ts';

/** The calls to the file system that the store makes; tests put a failing disk in their place. */
export interface StoreFs {
  mkdir(path: string, options: { recursive: true }): Promise<unknown>;
  open(path: string, flags: 'r' | 'wx'): Promise<nodeFs.FileHandle>;
  readdir(path: string): Promise<string[]>;
  rename(from: string, to: string): Promise<void>;
  stat(path: string): Promise<{ readonly mtimeMs: number }>;
  unlink(path: string): Promise<void>;
}

const EXTENSION = '.snapshot';
const HOUR_MS = 3_600_000;
const MAX_ID_LENGTH = 128;
/** `<id>.snapshot.<pid>-<UUID>.tmp`: the pid tells whether its writer is still at work. */
const TEMPORARY = /\.snapshot\.(\d+)-[0-9a-f-]+\.tmp$/;
/** Names that Windows keeps for devices, with any extension. */
const DEVICE_NAME = /^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i;

/**
 * A store in `folder`, which is made when first needed; what crashed writers left there is then removed. Ids that
 * differ in case only are one file on some systems: do not use such.
 */
export function folderSnapshotStore(folder: string, fs: StoreFs = nodeFs): SnapshotStore {
  return new FolderSnapshotStore(folder, fs);
}

class FolderSnapshotStore implements SnapshotStore {
  readonly #folder: string;
  readonly #fs: StoreFs;
  #opened: Promise<void> | undefined;

  constructor(folder: string, fs: StoreFs) {
    this.#folder = folder;
    this.#fs = fs;
  }

  async put(id: string, pieces: readonly Uint8Array[]): Promise<void> {
    const path = this.#path(id);
    // Random, as an earlier process may have had the same pid (in a container it often has) and left its file.
    const temporary = `${path}.${process.pid}-${randomUUID()}.tmp`;
    await this.#attempt('written', async () => {
      await this.#open();
      try {
        await this.#write(temporary, pieces);
        await this.#fs.rename(temporary, path);
      } catch (error) {
        // The first failure is the one to tell; when not even this works, the next opening tidies up.
        await this.#fs.unlink(temporary).catch(() => undefined);
        throw error;
      }
      await this.#syncFolder();
    });
  }

  async get(id: string, length = Infinity): Promise<Uint8Array<ArrayBuffer> | undefined> {
    const path = this.#path(id);
    return await this.#attempt('read', async () => {
      const file = await this.#fs.open(path, 'r').catch(ignoring('ENOENT'));
      if (!file) return undefined;
      try {
        const { size } = await file.stat();
        const bytes = new Uint8Array(Math.min(size, length));
        for (let done = 0; done < bytes.length;) {
          const { bytesRead } = await file.read(bytes, done, bytes.length - done, done);
          if (bytesRead === 0) return bytes.slice(0, done); // cut off since
          done += bytesRead;
        }
        return bytes;
      } finally {
        await file.close();
      }
    });
  }

  async list(): Promise<string[]> {
    return await this.#attempt('listed', async () => {
      await this.#open();
      const names = await this.#fs.readdir(this.#folder);
      return names
        .filter((name) => name.endsWith(EXTENSION))
        .map((name) => name.slice(0, -EXTENSION.length))
        .filter(isId)
        .sort();
    });
  }

  async delete(id: string): Promise<void> {
    const path = this.#path(id);
    await this.#attempt('deleted', () => this.#fs.unlink(path).catch(ignoring('ENOENT')));
  }

  #path(id: string): string {
    if (!isId(id))
      throw new EngineError('invalid-argument', `"${id}" cannot name a snapshot.`, {
        nextStep: `Use up to ${MAX_ID_LENGTH} letters, digits, ".", "_" and "-", not beginning with ".".`,
      });
    return join(this.#folder, id + EXTENSION);
  }

  /** Once; again after a failure, which may have passed. */
  async #open(): Promise<void> {
    this.#opened ??= this.#prepareFolder();
    try {
      await this.#opened;
    } catch (error) {
      this.#opened = undefined;
      throw error;
    }
  }

  async #prepareFolder(): Promise<void> {
    await this.#fs.mkdir(this.#folder, { recursive: true });
    for (const name of await this.#fs.readdir(this.#folder)) {
      const pid = TEMPORARY.exec(name)?.[1];
      if (pid === undefined) continue;
      const path = join(this.#folder, name);
      // A file that cannot be removed, or was just now by another process, is no reason not to open.
      if (!isRunning(Number(pid)) || (await this.#isOld(path))) await this.#fs.unlink(path).catch(() => undefined);
    }
  }

  async #isOld(path: string): Promise<boolean> {
    const stat = await this.#fs.stat(path).catch(ignoring('ENOENT'));
    return stat !== undefined && Date.now() - stat.mtimeMs > HOUR_MS;
  }

  async #write(path: string, pieces: readonly Uint8Array[]): Promise<void> {
    const file = await this.#fs.open(path, 'wx');
    try {
      for (const piece of pieces) await file.writeFile(piece);
      await file.sync();
    } finally {
      await file.close();
    }
  }

  /** Makes the renaming itself survive a power cut. Windows cannot open folders and does not need it. */
  async #syncFolder(): Promise<void> {
    if (process.platform === 'win32') return;
    const handle = await this.#fs.open(this.#folder, 'r');
    try {
      // Some network file systems cannot do it.
      await handle.sync().catch(ignoring('EINVAL', 'ENOTSUP'));
    } finally {
      await handle.close();
    }
  }

  async #attempt<T>(verb: string, action: () => Promise<T>): Promise<T> {
    try {
      return await action();
    } catch (error) {
      const code = codeOf(error);
      if (code === undefined) throw error; // not the system's refusal but a mistake of ours
      const [why, nextStep] = explain(code);
      throw new EngineError('storage-failed', `The snapshot could not be ${verb} in ${this.#folder}: ${why}.`, {
        cause: error,
        nextStep,
      });
    }
  }
}

const isId = (id: string): boolean =>
  /^[A-Za-z0-9_-][A-Za-z0-9._-]*$/.test(id) && id.length <= MAX_ID_LENGTH && !DEVICE_NAME.test(id);

/** What went wrong, and what to do next. */
function explain(code: string): [why: string, nextStep: string] {
  switch (code) {
    case 'ENOSPC':
      return ['the disk is full', 'Free some space on that disk, or delete snapshots that you no longer need.'];
    case 'EDQUOT':
      return ['your disk quota is used up', 'Delete files of yours, or ask for a larger quota.'];
    case 'EROFS':
      return ['the disk is read-only', 'Choose a folder on a disk that can be written to.'];
    case 'EACCES':
    case 'EPERM':
      return ['access is denied', 'Allow this app to use the folder, or choose another one.'];
    default:
      return [code, 'Check that the folder can be reached, then try again.'];
  }
}

const codeOf = (error: unknown): string | undefined =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;

/** For `catch`: turns failures with these codes into undefined. */
const ignoring =
  (...codes: string[]) =>
  (error: unknown): undefined => {
    if (!codes.includes(codeOf(error) ?? '')) throw error;
  };
