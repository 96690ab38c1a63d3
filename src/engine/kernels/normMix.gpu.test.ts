/** Layer norm and token shift against the reference: widths, strips, cuts, outputs, many sequences. */
import { beforeAll, describe, expect, test } from 'vitest';
import {
  dispatch,
  download,
  openTestGpu,
  poisoned,
  randomNumbers,
  relativeError,
  uniform,
  upload,
  SUBGROUP_CHOICES,
} from '../../../test/support/gpu.ts';
import type { Gpu } from '../gpu/device.ts';
import { PipelineCache } from '../gpu/kernel.ts';
import { readShaderSources } from '../hosts/shaderSources.ts';
import { layerNorm, tokenShift } from '../reference/ops.ts';
import { normMix, normMixGrid, normMixInPlace, normMixShape, normMixVariant } from './normMix.ts';
import { normMixTuning } from './variants.ts';
import type { OutputFormat } from './wkv.ts';

type Vector = Float32Array<ArrayBuffer>;
const TOLERANCE = 2e-5;
const F16_TOLERANCE = 5e-4;

interface Case {
  readonly width: number;
  readonly mixes: 1 | 6;
  readonly tokens: number;
  readonly output: OutputFormat;
}
const CASES: readonly Case[] = [
  { width: 64, mixes: 6, tokens: 1, output: 'f32' },
  { width: 64, mixes: 1, tokens: 7, output: 'f16' },
  { width: 80, mixes: 6, tokens: 5, output: 'f32' },
  { width: 768, mixes: 6, tokens: 3, output: 'f16' },
];
/** A state of three layers, of whose six vectors the fourth is used. */
const [VECTORS, USED] = [6, 3];

const bits = (x: Vector): Uint32Array => new Uint32Array(x.buffer, x.byteOffset, x.length);

describe.each(SUBGROUP_CHOICES)('norm and mix, $noSubgroups', (options) => {
  let gpu: Gpu;
  let cache: PipelineCache;

  beforeAll(async () => {
    gpu = await openTestGpu(options);
    cache = new PipelineCache(gpu, readShaderSources());
  });

  const vectorsOf = ({ width, mixes }: Case): Vector => randomNumbers(2, (2 + mixes) * width);

  /** Runs rows of x; returns the mixes [mixes][tokens][width] as f32 and the shift after the run. */
  async function run(
    given: Case,
    x: Vector,
    shift: Vector,
    { sequences, inPlace, ...other }: { sequences: boolean; inPlace: boolean; strip?: number; workgroup?: number },
  ): Promise<{ out: Vector; shift: Vector }> {
    const { width, mixes, output } = given;
    const tokens = x.length / width;
    const tuning = { ...normMixTuning(gpu.caps), ...other };
    const length = mixes * tokens * width;
    const [out, state, next] = [poisoned(gpu, length), upload(gpu, shift), upload(gpu, shift)];
    const shape = normMixShape({
      xStride: width,
      outStride: width,
      slotStride: tokens * width,
      normOffset: 0,
      mixOffset: 2 * width,
      shiftOffset: USED * width,
      shiftStride: VECTORS * width,
    });
    const bound = {
      x: upload(gpu, x),
      out,
      vectors: upload(gpu, vectorsOf(given)),
      shape: uniform(gpu, shape),
      run: uniform(gpu, [tokens, 0]),
      shift: state,
      shiftNext: next,
    };
    const variant = normMixVariant(tuning, { width, mixes, output, sequences, inPlace });
    const grid = normMixGrid(tuning, sequences)(tokens);
    if (inPlace) await dispatch(gpu, cache, normMixInPlace, variant, bound, grid);
    else await dispatch(gpu, cache, normMix, variant, bound, grid);
    const words = await download(gpu, out, output === 'f32' ? length : length / 2);
    return {
      out: output === 'f32' ? words : Float32Array.from(new Float16Array(words.buffer)),
      shift: await download(gpu, inPlace ? state : next, shift.length),
    };
  }

  /** Row t of each mix, one after another. */
  const rowOf = (out: Vector, { width, mixes }: Case, tokens: number, t: number): Vector =>
    Float32Array.from({ length: mixes * width }, (_, i) => {
      const mix = Math.floor(i / width);
      return out[(mix * tokens + t) * width + (i % width)] ?? Number.NaN;
    });

  /** h of a token and its mixes with the previous h. */
  function reference(given: Case, x: Vector, previous: Vector): { h: Vector; row: Vector } {
    const { width, mixes } = given;
    const vector = (i: number): Vector => vectorsOf(given).slice(i * width, (i + 1) * width);
    const h = layerNorm(x, vector(0), vector(1));
    const row = new Float32Array(mixes * width);
    for (let m = 0; m < mixes; m++) row.set(tokenShift(h, previous, vector(2 + m)), m * width);
    return { h, row };
  }

  test.each(CASES)('$mixes mixes of $width × $tokens as $output, cut anywhere', async (given) => {
    const { width, tokens, output } = given;
    const tolerance = output === 'f32' ? TOLERANCE : F16_TOLERANCE;
    const x = randomNumbers(1, tokens * width, 3);
    const before = randomNumbers(3, VECTORS * width);
    const at = USED * width;
    let whole: { out: Vector; shift: Vector } | undefined;
    for (const strip of [1, 2, 3])
      for (let cut = 0; cut < tokens; cut++) {
        const kind = { sequences: false, inPlace: false, strip };
        const first = cut > 0 ? await run(given, x.slice(0, cut * width), before, kind) : undefined;
        const second = await run(given, x.slice(cut * width), first?.shift ?? before, kind);
        whole ??= second;
        expect(bits(second.shift)).toEqual(bits(whole.shift));
        for (let t = 0; t < tokens; t++) {
          const own =
            first && t < cut ? rowOf(first.out, given, cut, t) : rowOf(second.out, given, tokens - cut, t - cut);
          expect(bits(own)).toEqual(bits(rowOf(whole.out, given, tokens, t)));
        }
      }
    let previous = before.slice(at, at + width);
    for (let t = 0; t < tokens; t++) {
      const { h, row } = reference(given, x.slice(t * width, (t + 1) * width), previous);
      expect(relativeError(rowOf(whole?.out ?? new Float32Array(), given, tokens, t), row)).toBeLessThan(tolerance);
      previous = h;
    }
    const after = before.slice();
    after.set(previous, at);
    expect(relativeError(whole?.shift ?? new Float32Array(), after)).toBeLessThan(TOLERANCE);
  });

  test.each([{ inPlace: false }, { inPlace: true }])(
    'a token of each of 3 sequences, $inPlace',
    async ({ inPlace }) => {
      const given: Case = { width: 80, mixes: 6, tokens: 3, output: 'f32' };
      const { width } = given;
      const x = randomNumbers(1, 3 * width, 3);
      const before = randomNumbers(3, 3 * VECTORS * width);
      const { out, shift } = await run(given, x, before, { sequences: true, inPlace, workgroup: 64 });
      const after = before.slice();
      for (let t = 0; t < 3; t++) {
        const at = (t * VECTORS + USED) * width;
        const { h, row } = reference(given, x.slice(t * width, (t + 1) * width), before.slice(at, at + width));
        after.set(h, at);
        expect(relativeError(rowOf(out, given, 3, t), row)).toBeLessThan(TOLERANCE);
      }
      expect(relativeError(shift, after)).toBeLessThan(TOLERANCE);
    },
  );

  test('one token of one sequence in place', async () => {
    const given: Case = { width: 64, mixes: 1, tokens: 1, output: 'f32' };
    const x = randomNumbers(1, 64, 3);
    const before = randomNumbers(3, VECTORS * 64);
    const apart = await run(given, x, before, { sequences: false, inPlace: false });
    const inPlace = await run(given, x, before, { sequences: false, inPlace: true });
    expect(bits(inPlace.out)).toEqual(bits(apart.out));
    expect(bits(inPlace.shift)).toEqual(bits(apart.shift));
  });
});
