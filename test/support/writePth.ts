/** Writes models as `.pth`, as torch.save does, plainly or with the liberties that torch allows. */
import { ByteWriter, type Hole } from './byteWriter.ts';
import { encodeValues, isAdapter, transposed, type ModelTensors } from './randomModel.ts';
import * as p from './writePickle.ts';
import { zipWriter, type ZipOptions } from './writeZip.ts';

export interface PthOptions {
  readonly format?: 'f32' | 'f16' | 'bf16';
  readonly stem?: string;
  readonly zip?: ZipOptions;
  /** Low-rank adapters as transposed views of [out][in] storages, with the strides of `.t()`. */
  readonly adapterViews?: boolean;
  /** All tensors as views of one storage. */
  readonly oneStorage?: boolean;
  /** Inside of `{"state_dict": …, "epoch": 3}`, every tensor a Parameter. */
  readonly asCheckpoint?: boolean;
  readonly byteOrder?: string;
  /** Changes what the pickle says of a tensor. */
  readonly lie?: (name: string, view: p.PickledView) => p.PickledView;
}

const STORAGE_TYPES = { f32: 'FloatStorage', f16: 'HalfStorage', bf16: 'BFloat16Storage' } as const;
export const rowMajor = (size: readonly number[]): number[] =>
  size.map((_, i) => size.slice(i + 1).reduce((a, b) => a * b, 1));

/** The archive of a given pickle and storages. */
export const writePthArchive = (
  pickle: Uint8Array,
  storages: ReadonlyMap<string, Uint8Array>,
  options: PthOptions = {},
): Uint8Array<ArrayBuffer> => pthWriter(pickle, storages, options).finish();

/** The archive still in pieces, with room for storages whose bytes do not matter. */
export function pthWriter(
  pickle: Uint8Array,
  storages: ReadonlyMap<string, Uint8Array | Hole>,
  options: PthOptions = {},
): ByteWriter {
  const { stem = 'model', byteOrder = 'little' } = options;
  const text = (value: string): Uint8Array => new TextEncoder().encode(value);
  return zipWriter(
    [
      [`${stem}/data.pkl`, pickle],
      [`${stem}/byteorder`, text(byteOrder)],
      ...[...storages].map(([key, bytes]) => [`${stem}/data/${key}`, bytes] as const),
      [`${stem}/version`, text('3\n')],
    ],
    options.zip,
  );
}

export function writePth(model: ModelTensors, options: PthOptions = {}): Uint8Array<ArrayBuffer> {
  const { format = 'bf16', lie = (_: string, view: p.PickledView): p.PickledView => view } = options;
  const storageType = STORAGE_TYPES[format];
  const storages = new Map<string, Uint8Array>();
  const shared = new ByteWriter();
  const total = [...model.values()].reduce((sum, { values }) => sum + values.length, 0);
  let offset = 0;
  const entries = [...model].map(([name, tensor], index) => {
    const turn = options.adapterViews === true && isAdapter(name);
    const bytes = encodeValues((turn ? transposed(tensor) : tensor).values, format);
    if (options.oneStorage) shared.bytes(bytes);
    else storages.set(String(index), bytes);
    const view = p.tensorView(
      lie(name, {
        storage: options.oneStorage ? '0' : String(index),
        storageType,
        elements: options.oneStorage ? total : tensor.values.length,
        offset: options.oneStorage ? offset : 0,
        size: tensor.shape,
        stride: turn ? [1, tensor.shape[0] ?? 1] : rowMajor(tensor.shape),
      }),
    );
    offset += tensor.values.length;
    return [p.text(name), options.asCheckpoint ? p.parameter(view) : view] as const;
  });
  if (options.oneStorage) storages.set('0', shared.finish());
  const dictionary = p.orderedDict(...entries);
  const value = options.asCheckpoint
    ? p.dict([p.text('epoch'), p.integer(3)], [p.text('state_dict'), dictionary])
    : p.join(dictionary, p.dict([p.text('_metadata'), p.dict()]), p.op('b'));
  return writePthArchive(p.pickle(value), storages, options);
}
