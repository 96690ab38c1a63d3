/** The sessions that were used last, under the names of their snapshots: the next turn then needs no file. */
import type { Session, Sessions } from '../session/types.ts';

/** Each holds a state on the device, 1 to 60 MB. */
const MOST_SESSIONS = 4;

export class LiveSessions {
  readonly #sessions: Sessions;
  /** Least recently used first. */
  readonly #live = new Map<string, Session>();

  constructor(sessions: Sessions) {
    this.#sessions = sessions;
  }

  /**
   * A session of the caller's that has read what snapshot `id` has; a new one without `id`.
   * @throws as `Sessions.restore`
   */
  async open(id: string | undefined): Promise<Session> {
    if (id === undefined) return this.#sessions.open();
    const live = this.#live.get(id);
    if (live) {
      this.keep(id, live);
      return live.fork();
    }
    const restored = await this.#sessions.restore(id);
    const own = restored.fork();
    this.keep(id, restored);
    return own;
  }

  /** The live session of this name, which may have no file; it stays the owner's. */
  peek(id: string): Session | undefined {
    return this.#live.get(id);
  }

  /** Takes `session`, which nobody may advance any more. */
  keep(id: string, session: Session): void {
    const before = this.#live.get(id);
    if (before !== session) before?.dispose();
    this.#live.delete(id);
    this.#live.set(id, session);
    for (const oldest of this.#live.keys()) {
      if (this.#live.size <= MOST_SESSIONS) return;
      this.forget(oldest);
    }
  }

  forget(id: string): void {
    this.#live.get(id)?.dispose();
    this.#live.delete(id);
  }

  clear(): void {
    for (const id of [...this.#live.keys()]) this.forget(id);
  }
}
