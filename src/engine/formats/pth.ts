/**
 * PyTorch's `.pth`: a zip archive of raw storages and a pickle that says which tensor is which view of them. Nothing in
 * the pickle is executed.
 */
import { MAX_TENSORS, readHeader, readRange, readText } from './boundedRead.ts';
import { BLOCK_FORMATS } from './blockFormats.ts';
import type { ByteSource } from './byteSource.ts';
import { unreadable, unsupported } from './modelErrors.ts';
import { readPickle } from './pickle.ts';
import { makeWeightSource, type StoredTensor } from './tensorTable.ts';
import { readTorchTensors, TORCH_GLOBALS, type TorchTensor } from './torchTensors.ts';
import type { WeightSource } from './weightSource.ts';
import { readZipEntries, type ZipEntry } from './zip.ts';

const PICKLE = /^([^/]*)\/data\.pkl$/;
/** The largest released model takes half a megabyte. */
const MAX_PICKLE_BYTES = 16 * 2 ** 20;
const MAX_BYTE_ORDER_BYTES = 16;

type Entries = ReadonlyMap<string, ZipEntry>;

/** The folder that everything in the archive lies in: the name under which the model was saved. */
function findStem(file: string, entries: Entries): string {
  const stems = [...entries.keys()].flatMap((name) => PICKLE.exec(name)?.[1] ?? []);
  const [stem] = stems;
  if (stem === undefined || stems.length > 1)
    throw unsupported(file, 'it is an archive, but not one that torch.save wrote');
  return stem;
}

async function checkByteOrder(source: ByteSource, entry: ZipEntry | undefined): Promise<void> {
  if (!entry) return;
  const bytes = await readHeader(source, entry.offset, entry.size, 'its byte order', MAX_BYTE_ORDER_BYTES);
  const order = readText(source.name, bytes, 'its byte order').trim();
  if (order !== 'little') throw unsupported(source.name, `its numbers are stored in ${order}-endian order`);
}

/** Strides of a row-major tensor. */
const rowMajor = (size: readonly number[]): number[] =>
  size.map((_, i) => size.slice(i + 1).reduce((product, n) => product * n, 1));

/** Equal but for dimensions of one element, whose stride is never used. */
const sameLayout = (size: readonly number[], a: readonly number[], b: readonly number[]): boolean =>
  size.every((n, i) => n === 1 || a[i] === b[i]);

/** 'row' or 'column' where the view is without gaps, the latter with its last two dimensions swapped in memory. */
function layoutOf({ size, stride }: TorchTensor): 'row' | 'column' | undefined {
  if (sameLayout(size, stride, rowMajor(size))) return 'row';
  const [rows = 1, columns = 1] = size.slice(-2);
  const swapped = [...rowMajor(size).slice(0, -2), 1, rows];
  return size.length >= 2 && columns > 1 && sameLayout(size, stride, swapped) ? 'column' : undefined;
}

function place(file: string, entries: Entries, stem: string, tensor: TorchTensor): StoredTensor {
  const { name, format, size, storageElements } = tensor;
  const { bytes } = BLOCK_FORMATS[format];
  const storage = entries.get(`${stem}/data/${tensor.storage}`);
  if (!storage) throw unreadable(file, `the archive lacks the data of tensor ${name}`);
  if (storageElements * bytes > storage.size)
    throw unreadable(
      file,
      `the data of tensor ${name} have ${storage.size} bytes instead of ${storageElements * bytes}`,
    );
  const layout = layoutOf(tensor);
  if (!layout)
    throw unsupported(file, `tensor ${name} is a view with gaps`, 'Save the model again with contiguous tensors.');
  const count = size.reduce((product, n) => product * n, 1);
  if (!(tensor.offset + count <= storageElements)) throw unreadable(file, `tensor ${name} reaches outside its data`);
  return {
    name,
    shape: size,
    format,
    offset: storage.offset + tensor.offset * bytes,
    columnMajor: layout === 'column',
  };
}

/**
 * Opens a `.pth`; reads the archive's directory and pickle only.
 * @throws EngineError `model-unreadable` for a broken file; `model-unsupported` for compressed archives, pickles that
 * name anything but tensors, types other than F32, F16 and BF16, and views with gaps.
 */
export async function openPth(source: ByteSource): Promise<WeightSource> {
  const file = source.name;
  const entries = await readZipEntries(source);
  const stem = findStem(file, entries);
  await checkByteOrder(source, entries.get(`${stem}/byteorder`));
  const table = entries.get(`${stem}/data.pkl`) ?? { offset: 0, size: 0 };
  if (table.size > MAX_PICKLE_BYTES) throw unreadable(file, `its table of tensors claims ${table.size} bytes`);
  const pickle = await readRange(source, table.offset, table.size, 'its table of tensors');
  const tensors = readTorchTensors(file, readPickle(file, pickle, TORCH_GLOBALS));
  if (tensors.length > MAX_TENSORS) throw unreadable(file, `it lists ${tensors.length} tensors`);
  return makeWeightSource({
    container: 'pth',
    source,
    tensors: tensors.map((tensor) => place(file, entries, stem, tensor)),
    adapters: 'by-shape',
    mayShare: true,
    metadata: new Map(),
    vocabulary: undefined,
  });
}
