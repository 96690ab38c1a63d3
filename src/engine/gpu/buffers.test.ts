import { describe, expect, test } from 'vitest';
import { createCountingGpu } from '../../../test/support/countingGpu.ts';
import { UniformArena } from './buffers.ts';

describe('uniform arena', () => {
  test('takes however many structs a model has, each where no other is', () => {
    const arena = new UniformArena(createCountingGpu());
    const places = Array.from({ length: 1000 }, (_, i) => arena.add([i, i + 1, i + 2]));
    const pages = new Set(places.map(({ buffer }) => buffer));
    expect(pages.size).toBe(4);
    expect(new Set(places.map(({ buffer, offset }) => `${[...pages].indexOf(buffer)} ${offset}`)).size).toBe(1000);
    for (const { offset = 0, size = 0 } of places) {
      expect(offset % 256).toBe(0);
      expect(offset + size).toBeLessThanOrEqual(UniformArena.PAGE_BYTES);
    }
  });

  test('refuses a struct that no uniform binding holds', () => {
    const arena = new UniformArena(createCountingGpu());
    expect(() => arena.add(new Array<number>(UniformArena.PAGE_BYTES / 4 + 1).fill(0))).toThrow('too large');
  });
});
