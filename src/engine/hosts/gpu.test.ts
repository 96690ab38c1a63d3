import { expect, it } from 'vitest';
import type { Gpu } from '../gpu/device.ts';
import { requireSoftware } from './gpu.ts';

it('never takes a GPU for the software adapter', () => {
  let destroyed = 0;
  const opened = (isCpu: boolean): Gpu =>
    ({ caps: { isCpu, name: 'some adapter' }, destroy: () => destroyed++ }) as unknown as Gpu;
  const software = opened(true);
  expect(requireSoftware(software)).toBe(software);
  expect(destroyed).toBe(0);
  expect(() => requireSoftware(opened(false))).toThrow(expect.objectContaining({ code: 'no-adapter' }));
  expect(destroyed).toBe(1);
});
