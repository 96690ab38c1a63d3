/**
 * From the tensors as a container lists them to the WeightSource that the engine sees: official names stand already,
 * here shapes and orientation become official too, and every extent is checked against the file.
 */
import { MAX_TENSORS, readRange, requireRange } from './boundedRead.ts';
import { BLOCK_FORMATS, elementCount } from './blockFormats.ts';
import type { ByteSource } from './byteSource.ts';
import { unreadable, unsupported } from './modelErrors.ts';
import type { TensorFormat, TensorInfo, WeightSource } from './weightSource.ts';

/** Metadata key of the head size, from GGUF; the other containers show it in the shape of `att.r_k` only. */
export const HEAD_SIZE_KEY = 'rwkv7.wkv.head_size';

/** A tensor as its container lists it, under its official name. */
export interface StoredTensor {
  readonly name: string;
  /** Outermost dimension first, unit dimensions and all. */
  readonly shape: readonly number[];
  readonly format: TensorFormat;
  /** Where its first byte is, from the start of the file. */
  readonly offset: number;
  /** True for a view whose last two dimensions are swapped in memory (.pth only). */
  readonly columnMajor: boolean;
}

interface LocatedTensor extends TensorInfo {
  readonly offset: number;
}

export interface ContainerContents {
  readonly container: string;
  readonly source: ByteSource;
  readonly tensors: readonly StoredTensor[];
  /**
   * How low-rank adapters are stored: `out-in` always (GGUF), or told from their shapes ([in][out] in official files,
   * [out][in] in web-rwkv's).
   */
  readonly adapters: 'out-in' | 'by-shape';
  /** True where tensors may share bytes (.pth, whose tensors are views of storages). */
  readonly mayShare: boolean;
  readonly metadata: ReadonlyMap<string, string>;
  readonly vocabulary: ReadonlyMap<number, Uint8Array> | undefined;
}

const MATRIX = /^(?:emb|head)\.weight$|\.att\.(?:receptance|key|value|output)\.weight$|\.ffn\.(?:key|value)\.weight$/;
const ADAPTER = /\.att\.[wavg]([12])$/;
const BONUS = '.att.r_k';

/** Bytes of a tensor. @throws EngineError `model-unreadable` for dimensions that cannot be. */
export function storedByteLength(file: string, name: string, format: TensorFormat, shape: readonly number[]): number {
  const { elements, bytes } = BLOCK_FORMATS[format];
  const count = elementCount(shape);
  if (shape.some((n) => !Number.isSafeInteger(n) || n < 1) || !Number.isSafeInteger(count * bytes))
    throw unreadable(file, `tensor ${name} has the impossible shape [${shape.join(', ')}]`);
  if ((shape.at(-1) ?? 1) % elements !== 0)
    throw unreadable(file, `tensor ${name} has rows of ${shape.at(-1)}, which ${format} cannot store`);
  return (count / elements) * bytes;
}

/** Drops leading unit dimensions while more than `keep` dimensions are left. */
function squeeze(shape: readonly number[], keep: number): readonly number[] {
  const first = shape.findIndex((n, i) => n !== 1 || shape.length - i <= keep);
  return shape.slice(Math.max(first, 0));
}

/**
 * Whether an adapter is stored [in][out]. The first of a pair goes from the width down to the rank, the second back up,
 * and ranks are below the width, so the shape tells; undefined where it cannot (a square, or neither side the width).
 */
function storedInOut(name: string, shape: readonly number[], width: number): boolean | undefined {
  const [outer, inner] = shape;
  if ((outer === width) === (inner === width)) return undefined;
  return name.endsWith('1') ? outer === width : inner === width;
}

/** The orientation of adapters that do not tell: as the others of the file, else as in official files. */
function usualInOut(tensors: readonly StoredTensor[], width: number): boolean {
  for (const { name, shape } of tensors) {
    const told = ADAPTER.test(name) ? storedInOut(name, squeeze(shape, 2), width) : undefined;
    if (told !== undefined) return told;
  }
  return true;
}

/** Official shapes and orientation for all tensors of a container. */
function locate({ source, tensors, adapters }: ContainerContents): LocatedTensor[] {
  const width = tensors.find(({ name }) => name === 'emb.weight')?.shape.at(-1) ?? 0;
  const usual = adapters === 'by-shape' && usualInOut(tensors, width);
  return tensors.map(({ name, shape: stored, format, offset, columnMajor }) => {
    const byteLength = storedByteLength(source.name, name, format, stored);
    if (ADAPTER.test(name)) {
      const [outer = 1, inner = 1, ...more] = squeeze(stored, 2);
      if (more.length > 0)
        throw unreadable(source.name, `tensor ${name} has ${stored.length} dimensions instead of two`);
      const inOut = adapters === 'by-shape' && (storedInOut(name, [outer, inner], width) ?? usual);
      return {
        name,
        shape: inOut ? [inner, outer] : [outer, inner],
        format,
        byteLength,
        offset,
        transposed: inOut !== columnMajor,
      };
    }
    if (columnMajor)
      throw unsupported(
        source.name,
        `tensor ${name} is stored column by column`,
        'Save the model again with contiguous tensors.',
      );
    const shape = name.endsWith(BONUS) ? [elementCount(stored)] : squeeze(stored, MATRIX.test(name) ? 2 : 1);
    return { name, shape, format, byteLength, offset, transposed: false };
  });
}

/** The head size as shown by the [heads, head size] shape of `att.r_k`; undefined where it is stored flat. */
function headSizeOf({ source, tensors }: ContainerContents): number | undefined {
  let size: number | undefined;
  for (const { name, shape } of tensors) {
    if (!name.endsWith(BONUS) || shape.length < 2) continue;
    const shown = shape.at(-1);
    if (size !== undefined && shown !== size)
      throw unreadable(source.name, `tensor ${name} shows heads of ${shown}, others of ${size}`);
    size = shown;
  }
  return size;
}

function checkExtents({ source, mayShare }: ContainerContents, tensors: readonly LocatedTensor[]): void {
  const byOffset = [...tensors].sort((a, b) => a.offset - b.offset);
  let previous: LocatedTensor | undefined;
  for (const tensor of byOffset) {
    requireRange(source.name, source.size, tensor.offset, tensor.byteLength, `tensor ${tensor.name}`);
    if (!mayShare && previous && previous.offset + previous.byteLength > tensor.offset)
      throw unreadable(source.name, `tensors ${previous.name} and ${tensor.name} overlap`);
    previous = tensor;
  }
}

/**
 * Makes the WeightSource of a parsed container.
 * @throws EngineError `model-unreadable` for duplicate names, overlapping tensors or tensors outside the file;
 * `model-unsupported` for a large matrix stored column by column.
 */
export function makeWeightSource(contents: ContainerContents): WeightSource {
  const { container, source, vocabulary } = contents;
  if (contents.tensors.length > MAX_TENSORS)
    throw unreadable(source.name, `it lists ${contents.tensors.length} tensors`);
  const located = locate(contents);
  checkExtents(contents, located);
  const tensors = new Map<string, LocatedTensor>();
  for (const tensor of located) {
    if (tensors.has(tensor.name)) throw unreadable(source.name, `tensor ${tensor.name} appears twice`);
    tensors.set(tensor.name, tensor);
  }
  const headSize = headSizeOf(contents);
  const metadata = new Map(contents.metadata);
  if (headSize !== undefined) metadata.set(HEAD_SIZE_KEY, String(headSize));
  return {
    container,
    name: source.name,
    tensors,
    vocabulary,
    metadata,
    read: async (name, offset, length, into) => {
      const tensor = tensors.get(name);
      if (!tensor) throw unreadable(source.name, `there is no tensor ${name}`);
      requireRange(source.name, tensor.byteLength, offset, length, `a read of tensor ${name}`);
      return readRange(source, tensor.offset + offset, length, `tensor ${name}`, into);
    },
    close: () => source.close(),
  };
}
