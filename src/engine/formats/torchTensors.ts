/** The tensors that a torch state dictionary names, read off the records of its pickle. */
import { MAX_DIMENSIONS } from './boundedRead.ts';
import { unreadable, unsupported } from './modelErrors.ts';
import { isKind, type PickleDict, type PickleValue } from './pickle.ts';
import type { TensorFormat } from './weightSource.ts';

/** A view of a storage; offset, sizes and strides count elements. */
export interface TorchTensor {
  readonly name: string;
  readonly format: TensorFormat;
  /** The storage's entry in the archive, below `data/`. */
  readonly storage: string;
  readonly storageElements: number;
  readonly offset: number;
  readonly size: readonly number[];
  readonly stride: readonly number[];
}

const FORMATS: Readonly<Record<string, TensorFormat>> = {
  FloatStorage: 'f32',
  HalfStorage: 'f16',
  BFloat16Storage: 'bf16',
};
/** Sound in a state dictionary, so allowed to be named, but no weight of ours. */
const OTHER_STORAGES = ['Double', 'Long', 'Int', 'Short', 'Char', 'Byte', 'Bool'].map((type) => `${type}Storage`);
const REBUILD_TENSOR = 'torch._utils _rebuild_tensor_v2';
const REBUILD_PARAMETER = 'torch._utils _rebuild_parameter';
const STORAGE_PREFIX = 'torch ';

/** What the pickle of a state dictionary may name. */
export const TORCH_GLOBALS: ReadonlySet<string> = new Set([
  REBUILD_TENSOR,
  REBUILD_PARAMETER,
  ...[...Object.keys(FORMATS), ...OTHER_STORAGES].map((type) => STORAGE_PREFIX + type),
]);

const isCount = (value: PickleValue | undefined): value is number => Number.isSafeInteger(value) && Number(value) >= 0;

function counts(value: PickleValue | undefined): number[] | undefined {
  // The length first: thousands of tensors may share one endless tuple.
  return isKind(value, 'tuple') && value.items.length <= MAX_DIMENSIONS && value.items.every(isCount)
    ? value.items
    : undefined;
}

/** `('storage', type, key, device, elements)`; undefined when malformed. */
function storageOf(value: PickleValue | undefined): { type: string; key: string; elements: number } | undefined {
  if (!isKind(value, 'persistent') || !isKind(value.id, 'tuple')) return undefined;
  const [tag, type, key, , elements] = value.id.items;
  if (tag !== 'storage' || !isKind(type, 'global') || typeof key !== 'string' || !isCount(elements)) return undefined;
  return type.name.startsWith(STORAGE_PREFIX)
    ? { type: type.name.slice(STORAGE_PREFIX.length), key, elements }
    : undefined;
}

/** `_rebuild_tensor_v2(storage, offset, size, stride, …)`, maybe inside one `_rebuild_parameter(tensor, …)`. */
function readTensor(file: string, name: string, value: PickleValue): TorchTensor {
  const inner = isKind(value, 'call') && value.callee === REBUILD_PARAMETER ? value.args[0] : value;
  if (!isKind(inner, 'call') || inner.callee !== REBUILD_TENSOR)
    throw unreadable(file, `its entry ${name} is not a tensor`);
  const storage = storageOf(inner.args[0]);
  const offset = inner.args[1];
  const size = counts(inner.args[2]);
  const stride = counts(inner.args[3]);
  if (!storage || !isCount(offset) || !size || size.length !== stride?.length)
    throw unreadable(file, `tensor ${name} is malformed`);
  const format = Object.hasOwn(FORMATS, storage.type) ? FORMATS[storage.type] : undefined;
  if (!format)
    throw unsupported(
      file,
      `tensor ${name} is stored as ${storage.type.replace('Storage', '')}, not as F32, F16 or BF16`,
    );
  return { name, format, storage: storage.key, storageElements: storage.elements, offset, size, stride };
}

/** The dictionary of tensors: the value itself, or its `state_dict`. */
function stateDictionary(file: string, value: PickleValue): PickleDict {
  const nested = isKind(value, 'dict') ? value.entries.find(([key]) => key === 'state_dict')?.[1] : undefined;
  const dictionary = nested ?? value;
  if (!isKind(dictionary, 'dict')) throw unsupported(file, 'it holds no dictionary of tensors');
  return dictionary;
}

/**
 * The tensors of a saved state dictionary.
 * @throws EngineError `model-unreadable` for entries that are no tensors, `model-unsupported` for types other than F32,
 * F16 and BF16 or a file that is no dictionary.
 */
export function readTorchTensors(file: string, value: PickleValue): TorchTensor[] {
  return stateDictionary(file, value).entries.map(([key, entry]) => {
    if (typeof key !== 'string') throw unreadable(file, 'its dictionary has a key that is no name');
    return readTensor(file, key, entry);
  });
}
