/** What surrounds the kernel of a whole layer: shares that cover every row once, tilings that fit their limits. */
import { describe, expect, test } from 'vitest';
import { releasedConfig } from '../rwkv7/synthetic.ts';
import { fitLayer, LAYER_STORAGE_BUFFERS, projectParts } from './decodeLayer.ts';

const SIZES = ['0.1b', '0.4b', '1.5b', '2.9b', '7.2b', '13.3b'];
const FORMATS = ['f16', 'q8_0', 'int8', 'nf4', 'q4_0'] as const;
/** An H200. */
const CAPS = { maxWorkgroupBytes: 49152, maxInvocations: 1024, maxStorageBuffers: LAYER_STORAGE_BUFFERS };

describe.each(SIZES)('%s', (size) => {
  const config = releasedConfig(size);

  test.each([1, 5, 7, 36, 132, 144])('%d workgroups share the rows of the first phase', (groups) => {
    for (const firstLayer of [true, false]) {
      const parts = projectParts(config, 'int8', firstLayer, groups);
      const { decay, iclr, gate, value } = config.ranks;
      expect(parts.map(({ rows }) => rows)).toEqual([
        ...[config.width, config.width, config.width],
        ...[decay, iclr, gate, firstLayer ? 0 : value],
      ]);
      const busy = new Set<number>();
      for (const { firstGroup, groups: own, rows } of parts) {
        if (rows > 0) expect(own).toBeGreaterThan(0);
        for (let group = firstGroup; group < firstGroup + own; group++) busy.add(group);
      }
      // Everyone normalises x at least once, and keeps the shift of its own rows then.
      expect([...busy].sort((a, b) => a - b)).toEqual(Array.from({ length: groups }, (_, group) => group));
    }
  });

  test.each(FORMATS)('%s fits a large GPU', (format) => {
    const fit = fitLayer(CAPS, config, format, { subgroup: 32, groups: 132 });
    expect(fit?.tiling.workgroup).toBe(1024);
    for (const { split, team, rows } of [fit?.tiling.project, fit?.tiling.key, fit?.tiling.value].filter(
      (cut) => cut !== undefined,
    )) {
      expect(team).toBeLessThanOrEqual(32);
      expect(rows * split).toBeLessThanOrEqual(80);
    }
  });
});

test('nothing fits a device that binds too few buffers, has small workgroups or little workgroup memory', () => {
  const config = releasedConfig('2.9b');
  for (const less of [{ maxStorageBuffers: 12 }, { maxInvocations: 256 }, { maxWorkgroupBytes: 16384 }])
    expect(fitLayer({ ...CAPS, ...less }, config, 'f16', { subgroup: 32, groups: 132 })).toBeUndefined();
});

test('nothing fits where one workgroup would have to keep the sums of a whole large matrix', () => {
  expect(fitLayer(CAPS, releasedConfig('2.9b'), 'f16', { subgroup: 32, groups: 1 })).toBeUndefined();
});
