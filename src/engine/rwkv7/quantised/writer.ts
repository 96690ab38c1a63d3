/** Keeps what a load has quantised, so that the next one reads it instead: half or a quarter of the model's bytes. */
import { readBack, type ReadRange } from '../../gpu/buffers.ts';
import type { Gpu } from '../../gpu/device.ts';
import { isQuantised } from '../../kernels/quantise.ts';
import { slicesOfRows, type Matrix } from '../matrix.ts';
import { ReadAhead } from '../readAhead.ts';
import { encodeHeader, hex, layOut, pieceCount, pieceShape, sha256, type KeptMatrix } from './format.ts';
import type { PieceShape, QuantisedIdentity } from './format.ts';
import type { QuantisedSink, QuantisedStore } from './store.ts';

/**
 * Reads matrices back from the device, a few pieces at a time, and stores them under `name`. What the store refuses is told
 * as a warning only.
 * @throws EngineError `device-lost`; the signal's reason
 */
export async function keepQuantised(
  gpu: Gpu,
  { store, name, identity }: { store: QuantisedStore; name: string; identity: QuantisedIdentity },
  matrices: readonly Matrix[],
  signal: AbortSignal | undefined,
): Promise<void> {
  const described = matrices.flatMap(({ name: matrix, format, rows, columns }) =>
    isQuantised(format) ? [{ name: matrix, format, rows, columns }] : [],
  );
  const { matrices: placed, byteLength } = layOut(described);
  const describe = (kept: readonly KeptMatrix[]): Promise<Uint8Array<ArrayBuffer>> =>
    encodeHeader({ ...identity, modelPath: store.modelPath, matrices: kept });
  let sink: QuantisedSink | undefined;
  try {
    // Digests have one length, so that the header's place is known before they are.
    const start = (await describe(placed)).length;
    sink = await store.create(name, start + byteLength);
    const digests = await writePieces(gpu, { sink, start, placed, matrices, signal });
    await sink.write(0, await describe(placed.map((matrix, i) => ({ ...matrix, digests: digests[i] ?? [] }))));
    await sink.commit();
  } catch (error) {
    await sink?.discard();
    signal?.throwIfAborted();
    gpu.check();
    store.warn(`The quantised weights could not be kept: ${error instanceof Error ? error.message : String(error)}`);
  }
}

interface Writing {
  readonly sink: QuantisedSink;
  /** Where the data begin. */
  readonly start: number;
  readonly placed: readonly KeptMatrix[];
  readonly matrices: readonly Matrix[];
  readonly signal: AbortSignal | undefined;
}

/** Writes all pieces; resolves to their digests by matrix. */
async function writePieces(gpu: Gpu, { sink, start, placed, matrices, signal }: Writing): Promise<string[][]> {
  const ahead = new ReadAhead();
  const digests = placed.map((): string[] => []);
  try {
    for (const [index, kept] of placed.entries()) {
      const matrix = matrices[index];
      if (!matrix) throw new RangeError(`no matrix ${kept.name}`);
      const shape = pieceShape(kept);
      const rowBytes = shape.weightBytes + shape.scaleBytes;
      for (let piece = 0; piece < pieceCount(kept); piece++) {
        const firstRow = piece * shape.rows;
        await ahead.add(
          0,
          () => readRows(gpu, matrix, firstRow, shape),
          async (bytes) => {
            signal?.throwIfAborted();
            digests[index]?.push(hex(await sha256(bytes)));
            await sink.write(start + kept.offset + firstRow * rowBytes, bytes);
          },
        );
      }
    }
  } finally {
    await ahead.finish();
  }
  return digests;
}

/** Weights, then scales, of the rows of a piece. */
async function readRows(
  gpu: Gpu,
  matrix: Matrix,
  firstRow: number,
  { rows, weightBytes, scaleBytes }: PieceShape,
): Promise<Uint8Array<ArrayBuffer>> {
  const parts = [...slicesOfRows(matrix, firstRow, rows)];
  const ranges = (which: 'weights' | 'scales', bytes: number): ReadRange[] =>
    parts.map(({ slice, from, to }) => {
      const { buffer, offset } = slice[which];
      return { buffer, offset: offset + (from - slice.rowOffset) * bytes, byteLength: (to - from) * bytes };
    });
  const data = await readBack(gpu, [...ranges('weights', weightBytes), ...ranges('scales', scaleBytes)]);
  return new Uint8Array(data.buffer);
}
