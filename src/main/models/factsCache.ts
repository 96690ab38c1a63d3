/** What model files hold, asked of the engine once for each state of a file. */
import type { ModelFacts } from '../../engine/api/schemas.ts';
import { faultOf } from '../../engine/api/rpc/remoteError.ts';
import type { ModelEntry } from '../api/models.ts';

export type Inspect = (path: string) => Promise<ModelFacts>;
export type Inspected = Pick<ModelEntry, 'facts' | 'error'>;

interface Cached {
  readonly bytes: number;
  readonly changedMs: number;
  readonly found: Inspected;
}

/** What the file is to blame for. Others, such as an engine that is away, pass. */
const LASTING = new Set(['model-unreadable', 'model-unsupported']);

export class FactsCache {
  readonly #inspect: Inspect;
  readonly #cached = new Map<string, Cached>();

  constructor(inspect: Inspect) {
    this.#inspect = inspect;
  }

  async get(path: string, bytes: number, changedMs: number): Promise<Inspected> {
    const cached = this.#cached.get(path);
    if (cached?.bytes === bytes && cached.changedMs === changedMs) return cached.found;
    const found = await this.#inspect(path).then(
      (facts) => ({ facts, error: null }),
      (error: unknown) => ({ facts: null, error: faultOf(error) }),
    );
    if (found.error === null || LASTING.has(found.error.code)) this.#cached.set(path, { bytes, changedMs, found });
    return found;
  }
}
