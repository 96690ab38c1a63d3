/** A whole tensor as f32 in the order its shape says: for small tensors, the reference model and tests. */
import { EngineError } from '../api/errors.ts';
import { BLOCK_FORMATS, elementCount } from './blockFormats.ts';
import type { TensorInfo, WeightSource } from './weightSource.ts';

/** Bytes read at a time, so that the stored form of a large tensor is never whole in memory beside its f32 form. */
const PIECE_BYTES = 4 * 2 ** 20;

/** @throws EngineError `out-of-memory`; no check of ours can know what the host still has. */
function allocate(weights: WeightSource, { name, shape }: TensorInfo): Float32Array<ArrayBuffer> {
  try {
    return new Float32Array(elementCount(shape));
  } catch (cause) {
    const nextStep = 'Close other programs or choose a smaller model.';
    throw new EngineError('out-of-memory', `${weights.name}: tensor ${name} does not fit into memory.`, {
      cause,
      nextStep,
    });
  }
}

/** [columns][rows] stored → [rows][columns]. */
function transpose(stored: Float32Array, rows: number, columns: number): Float32Array<ArrayBuffer> {
  const out = new Float32Array(stored.length);
  for (let r = 0; r < rows; r++) for (let c = 0; c < columns; c++) out[r * columns + c] = stored[c * rows + r] ?? 0;
  return out;
}

/**
 * Reads, dequantises and, where stored transposed, turns a tensor: row-major in the order of `TensorInfo.shape`.
 * @throws EngineError `invalid-argument` for a name that the file does not have, `model-unreadable` from reading,
 * `out-of-memory`.
 */
export async function readTensorF32(weights: WeightSource, name: string): Promise<Float32Array<ArrayBuffer>> {
  const info = weights.tensors.get(name);
  if (!info) throw new EngineError('invalid-argument', `${weights.name} has no tensor ${name}.`);
  const { elements, bytes, dequantise } = BLOCK_FORMATS[info.format];
  const piece = Math.floor(PIECE_BYTES / bytes) * bytes;
  const out = allocate(weights, info);
  for (let offset = 0; offset < info.byteLength; offset += piece) {
    const length = Math.min(piece, info.byteLength - offset);
    const first = (offset / bytes) * elements;
    dequantise(await weights.read(name, offset, length), out.subarray(first, first + (length / bytes) * elements));
  }
  const [rows = 1, columns = 1] = info.shape;
  return info.transposed ? transpose(out, rows, columns) : out;
}
