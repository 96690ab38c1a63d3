/** Where weights lie: every byte of every matrix once, in ranges of layers that can be bound, or each layer for itself. */
import { describe, expect, test } from 'vitest';
import { FULL_CAPS } from '../estimateMemory.ts';
import { createSizingGpu } from '../gpu/sizing.ts';
import type { Caps } from '../gpu/device.ts';
import { rowByteLength, rowScaleByteLength, type WeightFormat } from '../kernels/weightFormats.ts';
import type { Matrix, Span } from './matrix.ts';
import { matricesOf, placeWeights, type FormatOf } from './placeWeights.ts';
import { releasedConfig } from './synthetic.ts';

const WAITING: Caps = { ...FULL_CAPS, waitingGroups: Infinity };

/** All block matrices of one format, everything else f16. */
const uniform =
  (format: WeightFormat): FormatOf =>
  (role) =>
    role === 'block' ? format : 'f16';

function place(size: string, formatOf: FormatOf, caps = WAITING) {
  const gpu = createSizingGpu(caps);
  return { gpu, config: releasedConfig(size), weights: placeWeights(gpu, releasedConfig(size), formatOf) };
}

/** Spans of a buffer in order, none of which may reach into the next. */
function expectApart(spans: readonly Span[]): void {
  const byBuffer = new Map<GPUBuffer, Span[]>();
  for (const span of spans) byBuffer.set(span.buffer, [...(byBuffer.get(span.buffer) ?? []), span]);
  for (const [buffer, own] of byBuffer) {
    own.sort((a, b) => a.offset - b.offset);
    for (const [i, { offset, size }] of own.entries()) {
      expect(offset % 256).toBe(0);
      expect(offset + size).toBeLessThanOrEqual(own[i + 1]?.offset ?? buffer.size);
    }
  }
}

const weightSpans = (matrices: readonly Matrix[]): Span[] => matrices.flatMap((m) => m.slices.map((s) => s.weights));
const scaleSpans = (matrices: readonly Matrix[]): Span[] =>
  matrices
    .filter(({ format, paddedColumns }) => rowScaleByteLength(format, paddedColumns) > 0)
    .flatMap((m) => m.slices.map((s) => s.scales));

describe.each(['0.1b', '0.4b', '2.9b', '7.2b', '13.3b'])('%s', (size) => {
  test.each(['f16', 'int8', 'nf4', 'q4_0'] as const)('%s lies in ranges that a binding holds', (format) => {
    const { weights, config } = place(size, uniform(format));
    const { ranges, layers, matrices } = weights;
    let next = 0;
    for (const range of ranges ?? []) {
      expect(range.first).toBe(next);
      next += range.count;
      for (const buffer of [range.projections, range.output, range.ffnKey, range.ffnValue, range.scales])
        expect(buffer.size).toBeLessThanOrEqual(WAITING.maxBindingSize);
      // A layer's place in its range is what the kernel finds it by.
      for (let place = 0; place < range.count; place++) {
        const layer = layers[range.first + place];
        const stride = 3 * config.width * rowByteLength(format, config.width);
        expect(layer?.receptance.slices[0]?.weights).toMatchObject({
          buffer: range.projections,
          offset: place * stride,
        });
        expect(layer?.vectors).toMatchObject({
          buffer: range.vectors,
          offset: (place * range.vectors.size) / range.count,
        });
      }
    }
    expect(next).toBe(config.layers);
    for (const { slices, rows, paddedColumns, format: own } of matrices) {
      expect(slices.reduce((sum, slice) => sum + slice.rows, 0)).toBe(rows);
      for (const { rows: sliceRows, weights: span } of slices)
        expect(span.size).toBe(sliceRows * rowByteLength(own, paddedColumns));
    }
    expectApart(weightSpans(matrices));
    expectApart(scaleSpans(matrices));
  });
});

test('layers of 7.2B in f16 take three ranges of nearly equal length', () => {
  const { weights } = place('7.2b', uniform('f16'));
  expect(weights.ranges?.map(({ count }) => count)).toEqual([11, 11, 10]);
});

test('a range ends where the format changes', () => {
  const { weights } = place('0.4b', (role, { name }) =>
    role !== 'block' ? 'f16' : /^blocks\.[0-4]\./u.test(name) ? 'nf4' : 'int8',
  );
  expect(weights.ranges?.map(({ first, count, format }) => ({ first, count, format }))).toEqual([
    { first: 0, count: 5, format: 'nf4' },
    { first: 5, count: 19, format: 'int8' },
  ]);
});

test('each layer lies for itself where no dispatch takes a whole one, or its matrices differ', () => {
  const alone = place('0.4b', uniform('f16'), FULL_CAPS).weights;
  const mixed = place('0.4b', (role, { name }) => (role === 'block' && name.includes('ffn') ? 'nf4' : 'f16')).weights;
  for (const { ranges, layers } of [alone, mixed]) {
    expect(ranges).toBeUndefined();
    expectApart(weightSpans(layers.flatMap(matricesOf)));
    expect(new Set(layers.map(({ ffnKey }) => ffnKey.slices[0]?.weights.buffer)).size).toBe(layers.length);
  }
});

test('everything is freed together', () => {
  const { gpu, weights } = place('2.9b', uniform('int8'));
  expect(gpu.counts.live).toBe(weights.byteLength);
  weights.destroy();
  expect(gpu.counts.live).toBe(0);
});
