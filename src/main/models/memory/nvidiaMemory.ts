/** NVIDIA's own tool, which comes with its driver on Linux and Windows. */
import { bytesOfNamed, type ListedGpu, type MemorySource } from './memorySource.ts';
import type { RunTool } from './runTool.ts';

const MEBIBYTE = 2 ** 20;
const QUERY = ['--query-gpu=name,memory.total', '--format=csv,noheader,nounits'];

/** @param program `nvidia-smi`, or where it lies */
export const nvidiaMemory = (run: RunTool, program: string): MemorySource => ({
  bytesOf: async (adapter) => bytesOfNamed(parseGpus((await run(program, QUERY)) ?? ''), adapter),
});

/** Lines like `NVIDIA GeForce RTX 4090, 24564`; `[N/A]` where the GPU has no memory of its own. */
function parseGpus(text: string): ListedGpu[] {
  return Array.from(text.matchAll(/^(.+), *(\d+) *\r?$/gmu), ([, name = '', mebibytes]) => ({
    ...{ name, bytes: Number(mebibytes) * MEBIBYTE },
  }));
}
