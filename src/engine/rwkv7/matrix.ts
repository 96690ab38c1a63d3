/** Weight matrices on the device: format, padding, slices where one binding cannot hold them, and shared buffers. */
import { outOfMemory, type Gpu } from '../gpu/device.ts';
import { roundUp, storageBuffer } from '../gpu/buffers.ts';
import { rowByteLength, rowScaleByteLength, type WeightFormat } from '../kernels/weightFormats.ts';

/** A range of a buffer, in bytes; what a bind group takes. */
export interface Span {
  readonly buffer: GPUBuffer;
  readonly offset: number;
  readonly size: number;
}

/** Consecutive rows of a matrix in one pair of buffers. */
export interface MatrixSlice {
  /** First row in the whole matrix. */
  readonly rowOffset: number;
  readonly rows: number;
  readonly weights: Span;
  /** Blocks' scales (see WEIGHT_LAYOUTS); a dummy for formats without. */
  readonly scales: Span;
}

/** W as [rows = out][columns = in]. */
export interface Matrix {
  readonly name: string;
  readonly rows: number;
  readonly columns: number;
  /** Columns rounded up to a multiple of 4; the padding is zero. */
  readonly paddedColumns: number;
  readonly format: WeightFormat;
  readonly slices: readonly MatrixSlice[];
}

export interface MatrixSpec {
  readonly name: string;
  readonly format: WeightFormat;
  readonly rows: number;
  readonly columns: number;
}

/** WebGPU's largest alignment of storage offsets. */
const ALIGNMENT = 256;

/** Slices begin at multiples of this: a kernel's order of summing may depend on a row's place among so many. */
const SLICE_ROWS = 32;

/**
 * Makes the buffers of a matrix, zero-filled, split into slices of rows that fit the adapter's binding limit.
 * @throws EngineError `out-of-memory` where not even one row fits
 */
export function createMatrix(gpu: Gpu, { name, format, rows, columns }: MatrixSpec): Matrix {
  const paddedColumns = roundUp(columns, 4);
  const rowBytes = rowByteLength(format, paddedColumns);
  const scaleBytes = rowScaleByteLength(format, paddedColumns);
  const limit = Math.min(gpu.caps.maxBindingSize, gpu.caps.maxBufferSize);
  const fitting = Math.floor(limit / rowBytes);
  const rowsPerSlice = fitting < SLICE_ROWS ? fitting : fitting - (fitting % SLICE_ROWS);
  if (rowsPerSlice === 0) throw outOfMemory(`one row of ${name} takes ${rowBytes} bytes, the adapter binds ${limit}`);
  const slices: MatrixSlice[] = [];
  for (let rowOffset = 0; rowOffset < rows; rowOffset += rowsPerSlice) {
    const sliceRows = Math.min(rowsPerSlice, rows - rowOffset);
    slices.push({
      rowOffset,
      rows: sliceRows,
      weights: wholeBuffer(storageBuffer(gpu, name, sliceRows * rowBytes)),
      scales: wholeBuffer(storageBuffer(gpu, `${name} scales`, sliceRows * scaleBytes)),
    });
  }
  return { name, rows, columns, paddedColumns, format, slices };
}

const wholeBuffer = (buffer: GPUBuffer): Span => ({ buffer, offset: 0, size: buffer.size });

/**
 * Makes several matrices in one buffer for weights and one for scales, one behind the other, so that one dispatch can
 * bind them together. One alone, and all where the adapter cannot bind so much, have buffers of their own.
 */
export function createMatrices(gpu: Gpu, label: string, specs: readonly MatrixSpec[]): Matrix[] {
  const weightSizes = specs.map((s) => s.rows * rowByteLength(s.format, roundUp(s.columns, 4)));
  const scaleSizes = specs.map((s) => s.rows * rowScaleByteLength(s.format, roundUp(s.columns, 4)));
  const total = weightSizes.reduce((sum, size) => sum + roundUp(size, ALIGNMENT), 0);
  if (specs.length === 1 || total > Math.min(gpu.caps.maxBindingSize, gpu.caps.maxBufferSize))
    return specs.map((spec) => createMatrix(gpu, spec));
  const weights = spansOf(gpu, label, weightSizes);
  const scales = spansOf(gpu, `${label} scales`, scaleSizes);
  return specs.map((spec, i) => ({
    ...spec,
    paddedColumns: roundUp(spec.columns, 4),
    slices: [{ rowOffset: 0, rows: spec.rows, weights: at(weights, i), scales: at(scales, i) }],
  }));
}

function at<T>(items: readonly T[], index: number): T {
  const item = items[index];
  if (item === undefined) throw new RangeError(`no item ${index}`);
  return item;
}

/** One buffer cut into ranges of these sizes, each aligned for binding. */
function spansOf(gpu: Gpu, label: string, sizes: readonly number[]): Span[] {
  // A binding of nothing is not allowed.
  const padded = sizes.map((size) => roundUp(Math.max(size, 16), ALIGNMENT));
  const buffer = storageBuffer(
    gpu,
    label,
    padded.reduce((sum, size) => sum + size, 0),
  );
  let offset = 0;
  return sizes.map((size, i) => {
    const span = { buffer, offset, size: roundUp(Math.max(size, 16), 4) };
    offset += at(padded, i);
    return span;
  });
}

/**
 * Where all of `matrices` lie without a gap, as one matrix of all their rows; undefined where they are scattered, padded
 * or of different formats.
 */
export function stackOf(matrices: readonly Matrix[]): { readonly weights: Span; readonly scales: Span } | undefined {
  const first = matrices[0]?.slices[0];
  if (!first) return undefined;
  let weightOffset = first.weights.offset;
  let scaleOffset = first.scales.offset;
  for (const { slices, format, rows, paddedColumns } of matrices) {
    const slice = slices[0];
    if (slices.length !== 1 || !slice || format !== matrices[0]?.format) return undefined;
    const scaleBytes = rows * rowScaleByteLength(format, paddedColumns);
    if (slice.weights.buffer !== first.weights.buffer || slice.weights.offset !== weightOffset) return undefined;
    if (scaleBytes > 0 && slice.scales.offset !== scaleOffset) return undefined;
    weightOffset += rows * rowByteLength(format, paddedColumns);
    scaleOffset += scaleBytes;
  }
  const size = (start: number, end: number): number => roundUp(Math.max(end - start, 16), 4);
  return {
    weights: { ...first.weights, size: size(first.weights.offset, weightOffset) },
    scales: { ...first.scales, size: size(first.scales.offset, scaleOffset) },
  };
}

/** A matrix's rows `firstRow` … `firstRow + rows − 1` by the slices they lie in: there `from` … `to − 1`, counted in the matrix. */
export function* slicesOfRows(
  { slices }: Matrix,
  firstRow: number,
  rows: number,
): Generator<{ readonly slice: MatrixSlice; readonly from: number; readonly to: number }> {
  for (const slice of slices) {
    const from = Math.max(firstRow, slice.rowOffset);
    const to = Math.min(firstRow + rows, slice.rowOffset + slice.rows);
    if (from < to) yield { slice, from, to };
  }
}

/** Writes rows that may straddle slices; `weights` and `scales` are whole rows as the shaders read them. */
export function writeRows(
  gpu: Gpu,
  matrix: Matrix,
  firstRow: number,
  weights: Uint8Array<ArrayBuffer>,
  scales: Uint8Array<ArrayBuffer> | undefined,
): void {
  const rowBytes = rowByteLength(matrix.format, matrix.paddedColumns);
  const scaleBytes = rowScaleByteLength(matrix.format, matrix.paddedColumns);
  const rows = weights.byteLength / rowBytes;
  for (const { slice, from, to } of slicesOfRows(matrix, firstRow, rows)) {
    const write = (span: Span, bytes: Uint8Array<ArrayBuffer>, perRow: number): void => {
      const offset = span.offset + (from - slice.rowOffset) * perRow;
      gpu.device.queue.writeBuffer(span.buffer, offset, bytes, (from - firstRow) * perRow, (to - from) * perRow);
    };
    write(slice.weights, weights, rowBytes);
    if (scales) write(slice.scales, scales, scaleBytes);
  }
}

/** Every buffer of the matrices, once. */
export function buffersOf(matrices: readonly Matrix[]): Set<GPUBuffer> {
  return new Set(matrices.flatMap(({ slices }) => slices.flatMap((s) => [s.weights.buffer, s.scales.buffer])));
}
