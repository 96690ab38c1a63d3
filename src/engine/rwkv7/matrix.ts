/** Weight matrices on the device: format, padding, and slices where one binding cannot hold them. */
import { outOfMemory, type Gpu } from '../gpu/device.ts';
import { roundUp, storageBuffer } from '../gpu/buffers.ts';
import type { WeightFormat } from '../kernels/variants.ts';

/** Consecutive rows of a matrix in one pair of buffers. */
export interface MatrixSlice {
  /** First row in the whole matrix. */
  readonly rowOffset: number;
  readonly rows: number;
  readonly weights: GPUBuffer;
  /** q8_0: [rows][columns / 32] f32; else a dummy. */
  readonly scales: GPUBuffer;
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

const BYTES_PER_WEIGHT: Readonly<Record<WeightFormat, number>> = { f32: 4, f16: 2, q8_0: 1 };

/** Bytes of one row's quants or weights (without scales). */
export const rowByteLength = (format: WeightFormat, paddedColumns: number): number =>
  paddedColumns * BYTES_PER_WEIGHT[format];

/** Bytes of one row's scales. */
export const rowScaleByteLength = (format: WeightFormat, paddedColumns: number): number =>
  format === 'q8_0' ? (paddedColumns / 32) * 4 : 0;

/** Bytes that a matrix takes on the device. */
export function matrixByteLength(format: WeightFormat, rows: number, columns: number): number {
  const padded = roundUp(columns, 4);
  return rows * (rowByteLength(format, padded) + rowScaleByteLength(format, padded));
}

/** Slices begin at multiples of this: a kernel's order of summing may depend on a row's place among so many. */
const SLICE_ROWS = 32;

/**
 * Makes the buffers of a matrix, zero-filled, split into slices of rows that fit the adapter's binding limit.
 * @throws EngineError `out-of-memory` where not even one row fits
 */
export function createMatrix(gpu: Gpu, name: string, format: WeightFormat, rows: number, columns: number): Matrix {
  const paddedColumns = roundUp(columns, 4);
  const rowBytes = rowByteLength(format, paddedColumns);
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
      weights: storageBuffer(gpu, name, sliceRows * rowBytes),
      scales: storageBuffer(gpu, `${name} scales`, sliceRows * rowScaleByteLength(format, paddedColumns)),
    });
  }
  return { name, rows, columns, paddedColumns, format, slices };
}

/** Writes rows that may straddle slices; `weights` and `scales` are whole rows as the shaders read them. */
export function writeRows(
  gpu: Gpu,
  matrix: Matrix,
  firstRow: number,
  weights: Uint8Array<ArrayBuffer>,
  scales: Float32Array<ArrayBuffer> | undefined,
): void {
  const rowBytes = rowByteLength(matrix.format, matrix.paddedColumns);
  const scalesPerRow = matrix.paddedColumns / 32;
  const rows = weights.byteLength / rowBytes;
  for (const slice of matrix.slices) {
    const from = Math.max(firstRow, slice.rowOffset);
    const to = Math.min(firstRow + rows, slice.rowOffset + slice.rows);
    if (from >= to) continue;
    const { queue } = gpu.device;
    queue.writeBuffer(
      slice.weights,
      (from - slice.rowOffset) * rowBytes,
      weights,
      (from - firstRow) * rowBytes,
      (to - from) * rowBytes,
    );
    if (scales)
      queue.writeBuffer(
        slice.scales,
        (from - slice.rowOffset) * scalesPerRow * 4,
        scales,
        (from - firstRow) * scalesPerRow,
        (to - from) * scalesPerRow,
      );
  }
}

export function destroyMatrix(matrix: Matrix): void {
  for (const slice of matrix.slices) {
    slice.weights.destroy();
    slice.scales.destroy();
  }
}
