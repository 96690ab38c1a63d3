/** `anser states`: lists the snapshots in the data folder, or deletes one. Needs no model. */
import { join } from 'node:path';
import { EngineError } from '../api/errors.ts';
import { readingOf } from '../documents/readingRecord.ts';
import { folderSnapshotStore } from '../hosts/snapshotStore.ts';
import { listSnapshots } from '../session/storedSnapshots.ts';
import type { SnapshotInfo } from '../session/types.ts';
import type { Command } from './command.ts';
import { formatBytes, plural } from './format.ts';
import { percent } from './output.ts';

export const states: Command = {
  name: 'states',
  summary: 'Lists the snapshots that were saved, or deletes one.',
  operands: '',
  operandCount: 0,
  options: { delete: { value: 'ID', help: 'delete this snapshot' } },
  run: async ({ args, output, dataFolder }) => {
    const store = folderSnapshotStore(join(dataFolder, 'snapshots'));
    const unreadable: string[] = [];
    const infos = await listSnapshots(store, (id) => unreadable.push(id));
    const id = args.text('delete');
    if (id === undefined) {
      output.result({ snapshots: infos, unreadable }, describe(infos, unreadable, dataFolder));
      return;
    }
    if (!infos.some((info) => info.id === id) && !unreadable.includes(id))
      throw new EngineError('snapshot-missing', `There is no snapshot "${id}".`, {
        nextStep: '"anser states" lists them.',
      });
    await store.delete(id);
    output.result({ deleted: id }, `Deleted ${id}.`);
  },
};

function describe(infos: readonly SnapshotInfo[], unreadable: readonly string[], dataFolder: string): string {
  const bad = unreadable.map((id) => `${id}\n    cannot be read; "anser states --delete ${id}" removes it`);
  if (infos.length + bad.length === 0) return `There are no snapshots in ${dataFolder}.`;
  const total = infos.reduce((sum, { byteLength }) => sum + byteLength, 0);
  return [
    ...infos.map(line),
    ...bad,
    `${plural(infos.length, 'snapshot')}, ${formatBytes(total)}, in ${dataFolder}`,
  ].join('\n');
}

function line(info: SnapshotInfo): string {
  const record = readingOf(info)?.record;
  const what = record
    ? `${record.name}, ${record.finished ? 'read' : `read to ${percent(record.consumedBytes / record.size)}`}${record.focus && `, focus "${record.focus}"`}`
    : 'conversation';
  return `${info.id}\n    ${what}; ${plural(info.tokenCount, 'token')} with ${info.modelName}, ${formatBytes(info.byteLength)}, ${info.createdAt.slice(0, 16).replace('T', ' ')}`;
}
