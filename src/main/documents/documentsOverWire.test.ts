import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MessageChannel, type MessagePort } from 'node:worker_threads';
import { expect, it } from 'vitest';
import { documentsOver } from '../../../test/support/documentsBench.ts';
import { FakeEngine } from '../../../test/support/fakeEngineAccess.ts';
import type { EngineApi } from '../../engine/api/contract.ts';
import { connect } from '../../engine/api/rpc/connect.ts';
import type { Port } from '../../engine/api/rpc/contract.ts';
import { serve } from '../../engine/api/rpc/serve.ts';
import { importDocument as parseInto } from '../../engine/hosts/importDocument.ts';
import { appContract } from '../api/contract.ts';

/** What a window sees of documents. */
const { listDocuments, getDocument, importDocuments, startReading, followReading, askDocument } = appContract;
const { pauseReading, cancelReading, getPassage, exportDocument } = appContract;
const { deleteDocuments, restoreDocuments, purgeDocuments } = appContract;
const contract = {
  ...{ listDocuments, getDocument, importDocuments, startReading, followReading, askDocument, pauseReading },
  ...{ cancelReading, getPassage, exportDocument, deleteDocuments, restoreDocuments, purgeDocuments },
};

const portOf = (port: MessagePort): Port => ({
  post: (message) => port.postMessage(message),
  onMessage: (listener) => void port.on('message', listener),
  onClose: (listener) => void port.on('close', listener),
});

const importDocument: EngineApi['importDocument'] = async function* ({ path, folder }, signal) {
  yield { type: 'imported', facts: await parseInto({ path, folder, ...(signal && { signal }) }) };
};

async function all<T>(values: AsyncIterable<T>): Promise<T[]> {
  const collected: T[] = [];
  for await (const value of values) collected.push(value);
  return collected;
}

it('keeps to the contract, from a file on the disk to the exported answers', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'anser-wire-'));
  const bench = documentsOver(join(folder, 'data'), new FakeEngine(3, { importDocument }));
  const { port1, port2 } = new MessageChannel();
  const bugs: unknown[] = [];
  serve(contract, bench.methods, portOf(port1), (bug) => bugs.push(bug));
  const api = connect(contract, portOf(port2));
  try {
    mkdirSync(join(folder, 'files'));
    const text = `# Birds\n\n${'Geese answer when they are called. '.repeat(20)}\n\n# Ducks\n\n${'They do not. '.repeat(40)}\n`;
    writeFileSync(join(folder, 'files/birds.md'), text);
    writeFileSync(join(folder, 'files/picture.png'), Buffer.from([0x89, 0x50, 0x4e, 0x47, 0, 0, 0, 0]));
    const events = await all(api.importDocuments({ paths: [join(folder, 'files')] }));
    expect(events.map(({ type }) => type).filter((type) => type !== 'progress')).toEqual(['imported', 'rejected']);
    const [{ id } = { id: '' }] = await api.listDocuments({ deleted: false });
    await api.startReading({ id, focus: 'geese', summarise: true });
    const told = await all(api.followReading({ id }));
    expect(told.at(-1)).toMatchObject({ type: 'state', reading: { status: 'finished', progress: { fraction: 1 } } });
    const turn = await all(api.askDocument({ id, question: 'Do they?', mode: 'reread' }));
    expect(turn.map(({ type }) => type)).toEqual(['begun', 'basis', 'text', 'text', 'end']);
    expect(await api.getDocument({ id })).toMatchObject({ title: 'Birds', format: 'markdown', fraction: 1 });
    expect((await api.getPassage({ id, startByte: 0, endByte: 7 })).text).toBe('# Birds');
    expect((await api.exportDocument({ id, format: 'json', language: 'en' })).content).toContain('Do they?');
    await api.deleteDocuments({ ids: [id] });
    await api.purgeDocuments({ ids: [id] });
    await expect(api.getDocument({ id })).rejects.toMatchObject({ code: 'not-found' });
    expect(bugs).toEqual([]);
  } finally {
    port1.close();
    bench.db.close();
    rmSync(folder, { recursive: true });
  }
});
