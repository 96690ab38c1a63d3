/** The names in Dawn's refusal. */
import { expect, it } from 'vitest';
import { namesIn } from './adapters.ts';

it.each([
  ["no suitable backends found\nAvailable adapters:\n * backend: 'vulkan', name: 'SwiftShader Device (Subzero)'", []],
  [
    "no suitable backends found\nAvailable adapters:\n * backend: 'vulkan', name: 'NVIDIA H200'\n * backend: 'vulkan', name: 'NVIDIA H200'\n * backend: 'vulkan', name: 'llvmpipe (LLVM 19.1, 256 bits)'",
    ['NVIDIA H200'],
  ],
  ["no suitable backends found\nAvailable adapters:\n * backend: 'd3d12', name: 'It's a GPU'", ["It's a GPU"]],
  ['', []],
])('%j', (message, names) => {
  expect(namesIn(message)).toEqual(names);
});
