/** How fast each model reads on each adapter, as last measured: for saying how long a document will take. */
import type { DatabaseSync } from 'node:sqlite';
import type { LoadedModel } from '../../engine/api/schemas.ts';

type Runs = Pick<LoadedModel, 'fingerprint' | 'precision' | 'adapterLine'>;

export class ReadingSpeeds {
  readonly #db: DatabaseSync;

  constructor(db: DatabaseSync) {
    this.#db = db;
  }

  remember(model: Runs, tokensPerSecond: number): void {
    if (!(tokensPerSecond > 0)) return;
    const sql = `INSERT INTO reading_speeds (model_fingerprint, adapter, tokens_per_second) VALUES (?, ?, ?)
      ON CONFLICT (model_fingerprint, adapter) DO UPDATE SET tokens_per_second = excluded.tokens_per_second`;
    this.#db.prepare(sql).run(model.fingerprint, adapterOf(model), tokensPerSecond);
  }

  /** Seconds that reading so many tokens takes; null when unknown. */
  secondsFor(tokens: number | null, model: Runs | undefined): number | null {
    if (!model || tokens === null) return null;
    const sql = 'SELECT tokens_per_second FROM reading_speeds WHERE model_fingerprint = ? AND adapter = ?';
    const speed = this.#db.prepare(sql).get(model.fingerprint, adapterOf(model))?.['tokens_per_second'];
    return typeof speed === 'number' ? tokens / speed : null;
  }
}

const adapterOf = ({ adapterLine, precision }: Runs): string => `${precision} · ${adapterLine}`;
