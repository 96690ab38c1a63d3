/** Saved states as files that can be carried to another machine, and back. */
import { randomUUID } from 'node:crypto';
import { mkdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { SavedState } from '../api/states.ts';
import type { EngineAccess } from '../engineAccess.ts';
import { fileStem } from '../export/documentExport.ts';
import type { SnapshotDisposal } from '../snapshotDisposal.ts';
import { bundleNotWritten } from './bundle/bundleErrors.ts';
import type { BundleManifest } from './bundle/manifest.ts';
import { unpackBundle } from './bundle/readBundle.ts';
import { writeBundle } from './bundle/writeBundle.ts';
import type { SnapshotFolder } from './snapshotFolder.ts';
import { contradictsState } from './stateErrors.ts';
import { newSnapshotId, type StateLibrary } from './stateLibrary.ts';

export interface StateBundlesParts {
  readonly engine: EngineAccess;
  readonly library: StateLibrary;
  readonly folder: SnapshotFolder;
  readonly disposal: SnapshotDisposal;
  /** A folder of ours alone, for bundles that wait to be fetched. */
  readonly exportsFolder: string;
}

export class StateBundles {
  readonly #parts: StateBundlesParts;

  constructor(parts: StateBundlesParts) {
    this.#parts = parts;
  }

  /** For the start of the program: nobody fetches what an earlier run has exported. */
  async sweep(): Promise<void> {
    await rm(this.#parts.exportsFolder, { recursive: true, force: true });
  }

  /**
   * @returns a name for the user, and where the bundle lies until it was fetched
   * @throws EngineError `snapshot-unreadable`, `snapshot-missing`, `storage-failed`
   */
  async exportState(id: string): Promise<{ fileName: string; path: string }> {
    const { library, folder, exportsFolder } = this.#parts;
    const row = library.row(id);
    await library.check(row);
    const path = join(exportsFolder, `${randomUUID()}.anser`);
    const { name, tags, modelName, modelFingerprint: fingerprint, position, createdAt, transcript, replayable } = row;
    const facts = { name, tags, modelName, fingerprint, position, createdAt, replayable };
    const bundle = { ...facts, transcript: [...transcript], sourceTitle: row.source.title };
    await writeBundle(path, bundle, folder.path(row.snapshotId));
    return { fileName: `${fileStem(name)}.anser`, path };
  }

  /**
   * Keeps nothing before everything was checked: the bundle, the state in it, and that the one describes the other.
   * @throws EngineError `snapshot-unreadable`, `snapshot-mismatch` for a newer version, `storage-failed`
   */
  async importState(path: string): Promise<SavedState> {
    const { disposal, engine, library } = this.#parts;
    const snapshotId = newSnapshotId();
    try {
      return await disposal.making(snapshotId, async () => {
        const manifest = await this.#unpack(path, snapshotId);
        const facts = await engine.api.checkSnapshot({ id: snapshotId });
        if (facts.modelFingerprint !== manifest.fingerprint || facts.tokenCount !== manifest.position)
          throw contradictsState();
        const { name, tags, transcript, replayable, createdAt } = manifest;
        const source = { kind: 'none', title: manifest.sourceTitle } as const;
        return await library.add({ name, tags, source, transcript, replayable, snapshotId }, facts, createdAt);
      });
    } catch (error) {
      await disposal.dispose().catch(() => undefined);
      throw error;
    }
  }

  async #unpack(path: string, snapshotId: string): Promise<BundleManifest> {
    const target = this.#parts.folder.path(snapshotId);
    // Named as the engine names what it writes, so that it also removes what a crash leaves.
    const partial = `${target}.${process.pid}-${randomUUID()}.tmp`;
    await mkdir(dirname(target), { recursive: true }).catch((cause: unknown) => {
      throw bundleNotWritten(cause);
    });
    const manifest = await unpackBundle(path, partial);
    try {
      await rename(partial, target);
    } catch (cause) {
      await rm(partial, { force: true });
      throw bundleNotWritten(cause);
    }
    return manifest;
  }
}
