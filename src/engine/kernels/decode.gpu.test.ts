/** The kernels that decode one token on a GPU, in every weight format and several tilings, against the reference. */
import { beforeAll, describe, expect, test } from 'vitest';
import { randomDeviceMatrix } from '../../../test/support/deviceMatrix.ts';
import {
  dispatch,
  download,
  openTestGpu,
  poisoned,
  randomNumbers,
  relativeError,
  uniform,
  upload,
} from '../../../test/support/gpu.ts';
import { PipelineCache } from '../gpu/kernel.ts';
import type { Gpu } from '../gpu/device.ts';
import { readShaderSources } from '../hosts/shaderSources.ts';
import { layerNorm, lerp, matVec, reluSquared } from '../reference/ops.ts';
import * as decode from './decode.ts';
import { WEIGHT_LAYOUTS, type WeightFormat } from './weightFormats.ts';

const FORMATS = (Object.keys(WEIGHT_LAYOUTS) as WeightFormat[]).filter((format) => decode.fitsPieces(format, 512));
const [ROWS, COLUMNS] = [128, 512];
/** f32 sums in another order; products of int8 round the input to a 254th of its block's largest. */
const TOLERANCE = { f32: 2e-5, integers: 8e-3 };
const toleranceOf = (format: WeightFormat): number =>
  decode.integerInput(format) ? TOLERANCE.integers : TOLERANCE.f32;

/** Units of 16 bytes in the order in which a product reads them. */
function ordered(format: WeightFormat, units: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  const count = units.length / 16;
  const perPiece = 128 / WEIGHT_LAYOUTS[format].bits / (decode.integerInput(format) ? 16 : 4);
  const result = new Uint8Array(units.length);
  for (let unit = 0; unit < count; unit++) {
    const place = (unit % perPiece) * (count / perPiece) + Math.floor(unit / perPiece);
    result.set(units.subarray(16 * unit, 16 * unit + 16), 16 * place);
  }
  return result;
}

/** int8 with a scale for each 32, as the kernels make it of f32. */
function quantisedInput(values: Float32Array): { bytes: Uint8Array<ArrayBuffer>; scales: Float32Array<ArrayBuffer> } {
  const scales = new Float32Array(values.length / 32);
  const bytes = new Int8Array(values.length);
  for (let block = 0; block < scales.length; block++) {
    const own = values.subarray(32 * block, 32 * block + 32);
    const scale = own.reduce((most, x) => Math.max(most, Math.abs(x)), 0) / 127;
    scales[block] = scale;
    own.forEach((x, i) => (bytes[32 * block + i] = scale === 0 ? 0 : Math.round(x / scale)));
  }
  return { bytes: new Uint8Array(bytes.buffer), scales };
}

describe('decoding', () => {
  let gpu: Gpu;
  let cache: PipelineCache;
  let subgroup: number;
  beforeAll(async () => {
    gpu = await openTestGpu();
    cache = new PipelineCache(gpu, readShaderSources());
    const size = decode.fixedSubgroupSize(gpu.caps);
    if (size === undefined) throw new Error('these kernels need subgroups of one size');
    subgroup = size;
  });

  test.each(FORMATS)('decode_add, %s', async (format) => {
    const { values, weights, scales } = randomDeviceMatrix(format, ROWS, COLUMNS, 3);
    const input = randomNumbers(4, COLUMNS);
    const before = randomNumbers(5, ROWS);
    const normed = randomNumbers(6, ROWS);
    const integers = quantisedInput(input);
    const expected = matVec(values, input).map((sum, row) => sum + (before[row] ?? 0));
    // Teams of one subgroup and of several; every number of rows. Each tiling is a pipeline, and those take long to compile.
    for (const [team, rowsPerTeam] of [
      [subgroup, 1],
      [subgroup, 4],
      [4 * subgroup, 2],
    ] as const) {
      const tiling = { workgroup: Math.max(64, team), team, rowsPerTeam };
      const x = upload(gpu, before);
      const shift = upload(gpu, new Float32Array(3 * ROWS));
      const stored = decode.integerInput(format) ? integers.bytes : new Uint8Array(input.slice().buffer);
      await dispatch(
        gpu,
        cache,
        decode.decodeAdd,
        decode.decodeAddVariant(format, COLUMNS, tiling, subgroup),
        {
          ...{ weights: upload(gpu, weights), scales: upload(gpu, scales), x, shift },
          input: upload(gpu, ordered(format, stored)),
          inputScales: upload(gpu, integers.scales),
          normed: upload(gpu, normed),
          shape: uniform(gpu, [2 * ROWS]),
        },
        [ROWS / decode.rowsPerGroup(tiling)],
      );
      expect(relativeError(await download(gpu, x, ROWS), expected)).toBeLessThan(toleranceOf(format));
      expect((await download(gpu, shift, 3 * ROWS)).slice(2 * ROWS)).toEqual(normed);
    }
  });

  test.each(FORMATS)('decode_project with token shift and squared ReLU, %s', async (format) => {
    const { values, weights, scales } = randomDeviceMatrix(format, ROWS, COLUMNS, 3);
    const x = randomNumbers(4, COLUMNS);
    const shift = randomNumbers(5, 2 * COLUMNS);
    const vectors = randomNumbers(6, 3 * COLUMNS);
    const part = (i: number): Float32Array<ArrayBuffer> => vectors.slice(i * COLUMNS, (i + 1) * COLUMNS);
    const h = layerNorm(x, part(0), part(1));
    const mixed = lerp(h, shift.slice(COLUMNS), part(2));
    const expected = matVec(values, mixed).map(reluSquared);
    for (const [team, rowsPerTeam, groups] of [
      [subgroup / 2, 2, 3],
      [subgroup, 1, 1],
    ] as const) {
      const tiling = { workgroup: 64, team, rowsPerTeam, groups };
      const shape = {
        format,
        columns: COLUMNS,
        rows: ROWS,
        rowsPerMix: ROWS,
        tokenShift: true,
        activation: 'reluSquared',
      } as const;
      const out = poisoned(gpu, ROWS);
      const normed = poisoned(gpu, COLUMNS);
      const own = { weights: upload(gpu, weights), scales: upload(gpu, scales) };
      await dispatch(
        gpu,
        cache,
        decode.decodeProject,
        decode.decodeProjectVariant(shape, tiling, subgroup),
        {
          ...{ ...own, out, normed, adapters: own.scales, x: upload(gpu, x), shift: upload(gpu, shift) },
          vectors: upload(gpu, vectors),
          shape: uniform(gpu, [0, (2 * COLUMNS) / 4, COLUMNS / 4]),
        },
        [decode.projectGroups(shape, tiling)],
      );
      expect(relativeError(await download(gpu, out, ROWS), expected)).toBeLessThan(2 * toleranceOf(format));
      expect(relativeError(await download(gpu, normed, COLUMNS), h)).toBeLessThan(TOLERANCE.f32);
    }
  });
});
