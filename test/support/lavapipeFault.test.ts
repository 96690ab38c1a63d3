import { expect, test } from 'vitest';
import { lavapipeFault } from './lavapipeFault.ts';

const info = { description: 'llvmpipe: Mesa 25.0.7 (LLVM 15.0.6)', subgroupMinSize: 8, subgroupMaxSize: 8 };
const features = new Set(['subgroups', 'shader-f16']);

test('lavapipe with subgroups of 8 and f16 will do', () => {
  expect(lavapipeFault({ info, features })).toBeUndefined();
});

test.each([
  ['no adapter at all', null, 'no adapter'],
  ['another adapter', { info: { ...info, description: 'SwiftShader driver' }, features }, 'SwiftShader'],
  ['smaller subgroups', { info: { ...info, subgroupMinSize: 4, subgroupMaxSize: 4 }, features }, '4 to 4'],
  ['subgroups of several sizes', { info: { ...info, subgroupMinSize: 4 }, features }, '4 to 8'],
  ['no f16', { info, features: new Set(['subgroups']) }, 'shader-f16'],
  ['no subgroups', { info, features: new Set(['shader-f16']) }, 'lacks subgroups'],
])('%s will not', (_, adapter, reason) => {
  expect(lavapipeFault(adapter)).toContain(reason);
});
