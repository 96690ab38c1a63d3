/** The engine's methods about snapshots over real files of a simple kind: a line of JSON, then a body with its hash. */
import { createHash } from 'node:crypto';
import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { EngineApi } from '../../src/engine/api/contract.ts';
import { EngineError } from '../../src/engine/api/errors.ts';
import type { LoadedModel, SnapshotFacts } from '../../src/engine/api/schemas.ts';

export class SnapshotFiles {
  readonly folder: string;

  constructor(folder: string) {
    this.folder = folder;
    mkdirSync(folder, { recursive: true });
  }

  path(id: string): string {
    return join(this.folder, `${id}.snapshot`);
  }

  write(id: string, model: LoadedModel, tokenCount: number, body = 'x'.repeat(3000)): void {
    const facts = { modelFingerprint: model.fingerprint, modelName: model.name, tokenCount };
    writeFileSync(this.path(id), `${JSON.stringify({ ...facts, hash: hashOf(body) })}\n${body}`);
  }

  readonly methods: Partial<EngineApi> = {
    copySnapshot: async ({ from, to }) => {
      this.#facts(from);
      copyFileSync(this.path(from), this.path(to));
      return this.#facts(to);
    },
    checkSnapshot: async ({ id }) => this.#facts(id),
    deleteSnapshots: async ({ ids }) => {
      for (const id of ids) rmSync(this.path(id), { force: true });
      return {};
    },
  };

  #facts(id: string): SnapshotFacts {
    if (!existsSync(this.path(id))) throw new EngineError('snapshot-missing', `There is no snapshot ${id}.`);
    const text = readFileSync(this.path(id), 'utf8');
    const [head = '', body = ''] = text.split('\n');
    const { hash, ...facts } = JSON.parse(head) as { hash: string } & SnapshotFacts;
    if (hash !== hashOf(body)) throw new EngineError('snapshot-unreadable', `The snapshot ${id} is damaged.`);
    return { ...facts, id, byteLength: text.length, createdAt: '2026-01-01T00:00:00.000Z' };
  }
}

const hashOf = (text: string): string => createHash('sha256').update(text).digest('hex');
