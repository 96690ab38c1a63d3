/** Rows of weights converted on the host: small adapters, odd shapes and rare pairs of formats. The rest is the device's. */
import { BLOCK_FORMATS } from '../formats/blockFormats.ts';
import { f32ToF16 } from '../formats/halfFloat.ts';
import { rowScaleByteLength } from '../kernels/weightFormats.ts';
import type { Matrix } from './matrix.ts';

/** Rows of f32 as a matrix of format f32 or f16 stores them, columns padded with zeros. */
export function encodeRows(
  values: Float32Array<ArrayBuffer>,
  { columns, paddedColumns, format }: Matrix,
): Uint8Array<ArrayBuffer> {
  let padded = values;
  if (columns !== paddedColumns) {
    const rows = values.length / columns;
    padded = new Float32Array(rows * paddedColumns);
    for (let row = 0; row < rows; row++)
      padded.set(values.subarray(row * columns, (row + 1) * columns), row * paddedColumns);
  }
  if (format === 'f32') return new Uint8Array(padded.buffer);
  const halves = new Uint16Array(padded.length);
  f32ToF16(padded, halves);
  return new Uint8Array(halves.buffer);
}

/** Blocks of { f16 scale, quants } as quants apart from scales, as the shaders read them. `stored` begins at an even byte. */
export function splitBlocks(
  stored: Uint8Array<ArrayBuffer>,
  format: 'q8_0' | 'q4_0',
  columns: number,
): { quants: Uint8Array<ArrayBuffer>; scales: Uint8Array<ArrayBuffer> } {
  const { bytes, elements } = BLOCK_FORMATS[format];
  const from = new Uint16Array(stored.buffer, stored.byteOffset, stored.byteLength / 2);
  const blocksPerRow = columns / elements;
  const rows = stored.byteLength / bytes / blocksPerRow;
  const quantHalves = (bytes - 2) / 2;
  const scalesPerRow = rowScaleByteLength(format, columns) / 2;
  const quants = new Uint32Array((rows * blocksPerRow * quantHalves) / 2);
  const scales = new Uint16Array(rows * scalesPerRow);
  for (let row = 0, at = 0, to = 0; row < rows; row++) {
    for (let block = 0; block < blocksPerRow; block++) {
      scales[row * scalesPerRow + block] = from[at] ?? 0;
      for (const end = ++at + quantHalves; at < end; at += 2)
        quants[to++] = (from[at] ?? 0) | ((from[at + 1] ?? 0) << 16);
    }
  }
  return { quants: new Uint8Array(quants.buffer), scales: new Uint8Array(scales.buffer) };
}
