/**
 * Hundreds of damaged files of each format, from a fixed seed. Whatever the damage, opening, detecting and reading end
 * in success or in an EngineError, and ask for no more bytes than a sound file of that size would justify.
 */
import { expect, test } from 'vitest';
import { cuts, damages, shifts, type Corruption, type Range } from '../../../test/support/corruptions.ts';
import { randomModel, seededRandom } from '../../../test/support/randomModel.ts';
import { watchedSource } from '../../../test/support/sources.ts';
import { ggufMetadata, ggufRows, writeGguf, writeGgufFile, type GgufRow } from '../../../test/support/writeGguf.ts';
import * as p from '../../../test/support/writePickle.ts';
import { writePth, writePthArchive } from '../../../test/support/writePth.ts';
import { writeSafetensors, type SafetensorsEntry } from '../../../test/support/writeSafetensors.ts';
import { EngineError } from '../api/errors.ts';
import { detectConfig } from '../rwkv7/detect.ts';
import { openModel } from './openModel.ts';
import { readTensorF32 } from './readTensor.ts';

const model = randomModel();
const READ = 'blocks.1.att.w2';
/** Tensors to lie about: vectors, matrices and adapters of the first, a middle and the last place. */
const VICTIMS = [
  'emb.weight',
  'blocks.0.ln0.bias',
  'blocks.0.att.w1',
  'blocks.1.att.x_r',
  'blocks.1.att.key.weight',
  'blocks.1.att.g2',
  'head.weight',
];

/** 'opened', or the error's code; throws whatever else comes out, naming the damage. */
async function outcome({ label, file }: Corruption): Promise<string> {
  const source = watchedSource(file);
  try {
    const weights = await openModel(source);
    const config = detectConfig(weights);
    const values = await readTensorF32(weights, READ);
    if (values.length !== config.width * config.ranks.decay) throw new Error(`${values.length} numbers were read`);
    return 'opened';
  } catch (error) {
    if (!(error instanceof EngineError)) throw new Error(`${label}: ${String(error)}`, { cause: error });
    return error.code;
  } finally {
    // Pieces of a header may be asked for twice when bytes are skipped; nothing else grows.
    expect(source.asked.total, label).toBeLessThanOrEqual(4 * file.length + 4096);
  }
}

async function survives(corruptions: Iterable<Corruption>): Promise<void> {
  const outcomes = new Map<string, number>();
  const overlooked: string[] = [];
  let count = 0;
  for (const corruption of corruptions) {
    const result = await outcome(corruption);
    outcomes.set(result, (outcomes.get(result) ?? 0) + 1);
    if (corruption.mustFail && result === 'opened') overlooked.push(corruption.label);
    count++;
  }
  expect(overlooked).toEqual([]);
  expect(count).toBeGreaterThanOrEqual(300);
  // Errors of these two kinds only; and some damage must have gone deep enough to matter.
  expect(
    [...outcomes.keys()].filter((code) => !['opened', 'model-unreadable', 'model-unsupported'].includes(code)),
  ).toEqual([]);
  expect(outcomes.get('model-unreadable') ?? 0).toBeGreaterThan(150);
}

function* random(file: Uint8Array<ArrayBuffer>, ranges: readonly Range[], seed: number): Generator<Corruption> {
  const numbers = seededRandom(seed);
  yield* cuts(file, numbers, 120);
  yield* damages(file, ranges, numbers, 240);
  yield* shifts(file, ranges, numbers, 80);
}

const lie = (label: string, file: Uint8Array<ArrayBuffer>): Corruption => ({ label, file, mustFail: true });

test('the sound files open', async () => {
  for (const file of [
    writeSafetensors(model),
    writePth(model),
    writePth(model, { zip: { zip64: true } }),
    writeGguf(model),
  ])
    expect(await outcome({ label: 'sound', file, mustFail: false })).toBe('opened');
});

test('safetensors', async () => {
  const lies: [label: string, tell: (entry: SafetensorsEntry) => unknown][] = [
    ['another length', ({ shape, ...rest }) => ({ ...rest, shape: shape.with(-1, (shape.at(-1) ?? 0) + 1) })],
    ['twice the rows', ({ shape, ...rest }) => ({ ...rest, shape: [2, ...shape] })],
    ['a huge shape', (entry) => ({ ...entry, shape: [2 ** 52, 2 ** 52] })],
    ['a negative shape', ({ shape, ...rest }) => ({ ...rest, shape: shape.map((n) => -n) })],
    ['no shape', ({ dtype, data_offsets }) => ({ dtype, data_offsets })],
    ['a shape of text', (entry) => ({ ...entry, shape: '64' })],
    ['a wider type', (entry) => ({ ...entry, dtype: 'F32' })],
    ['an unknown type', (entry) => ({ ...entry, dtype: 'F4' })],
    ['an earlier end', (entry) => ({ ...entry, data_offsets: [entry.data_offsets[0], entry.data_offsets[1] - 2] })],
    ['a later place', (entry) => ({ ...entry, data_offsets: entry.data_offsets.map((n) => n + 2) })],
    ['a place outside', (entry) => ({ ...entry, data_offsets: entry.data_offsets.map((n) => n + 2 ** 30) })],
    ['an endless place', (entry) => ({ ...entry, data_offsets: [0, 2 ** 53] })],
    ['no place', ({ dtype, shape }) => ({ dtype, shape })],
    ['nothing', () => null],
  ];
  function* all(): Generator<Corruption> {
    const file = writeSafetensors(model);
    const headerEnd = 8 + Number(new DataView(file.buffer).getBigUint64(0, true));
    yield* random(
      file,
      [
        [0, 8],
        [8, headerEnd],
        [8, headerEnd],
      ],
      11,
    );
    for (const victim of VICTIMS)
      for (const [label, tell] of lies)
        yield lie(
          `${victim}: ${label}`,
          writeSafetensors(model, { lie: (name, entry) => (name === victim ? tell(entry) : entry) }),
        );
  }
  await survives(all());
});

test('pth', async () => {
  const lies: [label: string, tell: (view: p.PickledView) => p.PickledView][] = [
    ['another length', (view) => ({ ...view, size: view.size.with(-1, (view.size.at(-1) ?? 0) + 1) })],
    ['a shorter length', (view) => ({ ...view, size: view.size.with(-1, (view.size.at(-1) ?? 0) - 1) })],
    ['a huge size', (view) => ({ ...view, size: view.size.map(() => 2 ** 52) })],
    ['a negative size', (view) => ({ ...view, size: view.size.map((n) => -n) })],
    ['a stride of zero', (view) => ({ ...view, stride: view.stride.map(() => 0) })],
    ['a huge stride', (view) => ({ ...view, stride: view.stride.map(() => 2 ** 50) })],
    ['a later offset', (view) => ({ ...view, offset: 1 })],
    ['a huge offset', (view) => ({ ...view, offset: 2 ** 52 })],
    ['a longer storage', (view) => ({ ...view, elements: view.elements + 1 })],
    ['an endless storage', (view) => ({ ...view, elements: 2 ** 52, offset: 2 ** 51 })],
    ['a wider type', (view) => ({ ...view, storageType: 'FloatStorage' })],
    ['another type', (view) => ({ ...view, storageType: 'LongStorage' })],
    ['a missing storage', (view) => ({ ...view, storage: 'nowhere' })],
  ];
  const storages = new Map([['0', new Uint8Array(64)]]);
  const hostile: [label: string, pickle: p.Pickled][] = [
    ['a call of the system', p.pickle(p.call(p.global('os', 'system'), p.text('echo')))],
    ['deep tuples', p.pickle(p.join(p.integer(1), new Uint8Array(100_000).fill(0x85)))],
    [
      'deep dictionaries',
      p.pickle(p.join(...Array.from({ length: 20_000 }, () => p.join(p.op('}'), p.text('state_dict'))))),
    ],
    [
      'a thousand laughs',
      p.pickle(
        p.join(
          p.op(')'),
          ...Array.from({ length: 30 }, () =>
            p.join(p.op('q'), p.opcodes(0), p.op('h'), p.opcodes(0), p.opcodes(0x86)),
          ),
        ),
      ),
    ],
    ['a text without end', p.join(p.opcodes(0x80, 2), p.op('X'), p.opcodes(255, 255, 255, 127))],
    ['only marks', p.pickle(new Uint8Array(50_000).fill(0x28))],
    ['no bytes', p.opcodes()],
    ['a list in itself', p.pickle(p.join(p.op(']q'), p.opcodes(0), p.op('h'), p.opcodes(0), p.op('a')))],
  ];
  function* all(): Generator<Corruption> {
    const file = writePth(model, { stem: 'm' });
    const text = new TextDecoder('latin1').decode(file);
    const pickleEnd = text.indexOf('m/byteorder');
    const directory = text.indexOf('PK\x01\x02');
    yield* random(
      file,
      [
        [0, 64],
        [64, pickleEnd],
        [64, pickleEnd],
        [directory, file.length],
        [file.length - 22, file.length],
      ],
      12,
    );
    const wide = writePth(model, { stem: 'm', zip: { zip64: true } });
    const wideDirectory = new TextDecoder('latin1').decode(wide).indexOf('PK\x01\x02');
    yield* damages(
      wide,
      [
        [wideDirectory, wide.length],
        [wide.length - 98, wide.length],
      ],
      seededRandom(13),
      80,
    );
    for (const victim of VICTIMS)
      for (const [label, tell] of lies)
        yield lie(
          `${victim}: ${label}`,
          writePth(model, { lie: (name, view) => (name === victim ? tell(view) : view) }),
        );
    for (const [label, pickle] of hostile) yield lie(label, writePthArchive(pickle, storages));
    yield lie('compressed entries', writePth(model, { zip: { method: 8 } }));
    yield lie('a zip bomb', writePth(model, { zip: { method: 8, claimedSize: 2 ** 31 } }));
    yield lie('entries larger than they are', writePth(model, { zip: { claimedSize: 2 ** 31 } }));
    yield lie('the same in 64 bits', writePth(model, { zip: { zip64: true, claimedSize: 2 ** 50 } }));
    yield lie('an archive that begins elsewhere', writePth(model, { zip: { base: 1000 } }));
  }
  await survives(all());
});

test('gguf', async () => {
  const lies: [label: string, tell: (row: GgufRow) => GgufRow][] = [
    ['longer rows', (row) => ({ ...row, shape: row.shape.with(-1, (row.shape.at(-1) ?? 0) + 32) })],
    ['twice the rows', (row) => ({ ...row, shape: [2, ...row.shape] })],
    ['a huge shape', (row) => ({ ...row, shape: [2 ** 52, 2 ** 52] })],
    ['a shape of zero', (row) => ({ ...row, shape: row.shape.map(() => 0) })],
    ['a hundred dimensions', (row) => ({ ...row, shape: Array<number>(100).fill(1) })],
    ['an unknown type', (row) => ({ ...row, ggmlType: 0xffffffff })],
    ['a type that we do not read', (row) => ({ ...row, ggmlType: 12 })],
    ['a crooked place', (row) => ({ ...row, offset: 1 })],
    ['a place outside', (row) => ({ ...row, offset: 2 ** 40 })],
    ['an endless place', (row) => ({ ...row, offset: 2n ** 64n - 32n })],
  ];
  const victims = [
    'token_embd.weight',
    'token_embd_norm.bias',
    'blk.0.time_mix_w1.weight',
    'blk.1.time_mix_lerp_fused.weight',
    'blk.1.time_mix_key.weight',
    'output.weight',
  ];
  function* all(): Generator<Corruption> {
    const rows = ggufRows(model, 'f16');
    const file = writeGguf(model);
    const infos = new TextDecoder('latin1').decode(file).indexOf('token_embd');
    const infosEnd = infos + 60 * rows.length;
    yield* random(
      file,
      [
        [0, 24],
        [24, infos],
        [infos, infosEnd],
        [infos, infosEnd],
      ],
      14,
    );
    for (const victim of victims)
      for (const [label, tell] of lies)
        yield lie(
          `${victim}: ${label}`,
          writeGgufFile(
            ggufMetadata(16),
            rows.map((row) => (row.name === victim ? tell(row) : row)),
          ),
        );
    for (const count of [0, 1, 2, 60, 1000, 2 ** 31, 2 ** 53, 2n ** 64n - 1n]) {
      yield lie(`${count} tensors claimed`, writeGgufFile(ggufMetadata(16), rows, { claimed: { tensors: count } }));
      yield lie(`${count} keys claimed`, writeGgufFile(ggufMetadata(16), rows, { claimed: { keys: count } }));
    }
  }
  await survives(all());
});
