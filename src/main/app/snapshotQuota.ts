/**
 * Keeps the states on the disk within the user's limit: whenever they may have become more, or the limit less,
 * conversations give up those that they can do without.
 */
import type { Conversations } from '../conversations/conversations.ts';
import type { SnapshotDisposal } from '../snapshotDisposal.ts';
import type { SnapshotFolder } from '../states/snapshotFolder.ts';

export interface SnapshotQuotaParts {
  readonly conversations: Pick<Conversations, 'makeRoom'>;
  readonly disposal: Pick<SnapshotDisposal, 'dispose' | 'doomed'>;
  readonly folder: Pick<SnapshotFolder, 'sizes'>;
  quotaBytes(): number;
  /** States went. */
  madeRoom(): void;
  /** For what went wrong and is not for users. */
  report(error: unknown): void;
}

export class SnapshotQuota {
  readonly #parts: SnapshotQuotaParts;
  #running: Promise<void> | undefined;
  /** Something changed since the one that runs has looked. */
  #again = false;
  #closed = false;

  constructor(parts: SnapshotQuotaParts) {
    this.#parts = parts;
  }

  /** Comes back at once; one run serves all calls that come before it. */
  keep(): void {
    if (this.#closed) return;
    if (this.#running) {
      this.#again = true;
      return;
    }
    this.#running = this.#makeRoom()
      .catch(this.#parts.report)
      .finally(() => {
        this.#running = undefined;
        if (this.#again) this.keep();
      });
  }

  /** Resolves when nothing runs any more. */
  async settled(): Promise<void> {
    while (this.#running) await this.#running;
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.settled();
  }

  async #makeRoom(): Promise<void> {
    const { conversations, disposal, folder, quotaBytes, madeRoom } = this.#parts;
    this.#again = false;
    const bytesOf = await folder.sizes();
    // Their room is free as soon as the engine is there to delete them.
    for (const id of disposal.doomed()) bytesOf.delete(id);
    if (this.#closed || conversations.makeRoom(bytesOf, quotaBytes()) === 0) return;
    // Without the engine they stay noted until it is back.
    await disposal.dispose().catch(() => undefined);
    madeRoom();
  }
}
