/** What surrounds the kernel of whole layers: shares that cover every row once, tilings that fit their limits. */
import { describe, expect, test } from 'vitest';
import { releasedConfig } from '../rwkv7/synthetic.ts';
import { fitLayer, LAYER_STORAGE_BUFFERS } from './decodeLayers.ts';
import { projectTasks } from './projectTasks.ts';

const SIZES = ['0.1b', '0.4b', '1.5b', '2.9b', '7.2b', '13.3b'];
const FORMATS = ['f16', 'q8_0', 'int8', 'nf4', 'q4_0'] as const;
/** An H200. */
const CAPS = { maxWorkgroupBytes: 49152, maxInvocations: 1024, maxStorageBuffers: LAYER_STORAGE_BUFFERS };

describe.each(SIZES)('%s', (size) => {
  const config = releasedConfig(size);

  test.each([1, 5, 7, 36, 132, 144])('%d workgroups share the rows of the first phase', (groups) => {
    for (const format of ['f16', 'q4_0'] as const) {
      const tasks = projectTasks(config, format, groups, 4);
      const { decay, iclr, gate, value } = config.ranks;
      const { width } = config;
      const firsts = [0, width, 2 * width, 0, decay, decay + iclr, decay + iclr + gate];
      for (const [part, rows] of [width, width, width, decay, iclr, gate, value].entries()) {
        let next = firsts[part];
        for (const task of tasks.flat().filter((some) => some.part === part)) {
          expect(task.firstRow).toBe(next);
          if (part < 3) expect(task.rows % 4).toBe(0);
          next = task.firstRow + task.rows;
        }
        expect(next).toBe((firsts[part] ?? 0) + rows);
      }
      // Everyone normalises x at least once, and keeps the shift of its own rows then.
      expect(tasks.map((own) => own.length)).toEqual(Array(groups).fill(groups < 7 ? 7 : 1));
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
  for (const less of [{ maxStorageBuffers: 10 }, { maxInvocations: 256 }, { maxWorkgroupBytes: 8192 }])
    expect(fitLayer({ ...CAPS, ...less }, config, 'f16', { subgroup: 32, groups: 132 })).toBeUndefined();
});

test('nothing fits where one workgroup would have to keep the sums of a whole large matrix', () => {
  expect(fitLayer(CAPS, releasedConfig('2.9b'), 'f16', { subgroup: 32, groups: 1 })).toBeUndefined();
});
