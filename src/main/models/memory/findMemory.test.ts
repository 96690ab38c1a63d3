/** What systems tell of their GPUs, from what their tools print and their files hold. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { adapterKind } from './adapterKind.ts';
import { amdLinuxMemory } from './amdLinuxMemory.ts';
import { findMemory, systemSources, type MemorySources } from './findMemory.ts';
import { nvidiaMemory } from './nvidiaMemory.ts';
import { registryMemory } from './registryMemory.ts';
import { runFor } from './runTool.ts';
import { machineBytes } from './systemMemory.ts';

const MIB = 2 ** 20;
const GIB = 2 ** 30;

test.each([
  ['NVIDIA GeForce RTX 4070 Laptop GPU', 'nvidia'],
  ['NVIDIA H100 80GB HBM3', 'nvidia'],
  ['Apple M3 Pro', 'apple'],
  ['AMD Radeon RX 7900 XTX (RADV NAVI31)', 'amd'],
  ['AMD Radeon RX 6800M', 'amd'],
  ['Radeon RX Vega 64', 'amd'],
  ['AMD Radeon Pro W7800', 'amd'],
  ['AMD Radeon Graphics (RADV RENOIR)', 'integrated'],
  ['AMD Radeon(TM) Graphics', 'integrated'],
  ['AMD Radeon 780M Graphics (RADV PHOENIX)', 'integrated'],
  ['AMD Radeon(TM) 8060S Graphics', 'integrated'],
  ['AMD Radeon RX Vega 11 Graphics', 'integrated'],
  ['AMD Custom GPU 0405 (RADV VANGOGH)', 'integrated'],
  ['Intel(R) UHD Graphics 620', 'integrated'],
  ['Intel(R) Iris(R) Xe Graphics (TGL GT2)', 'integrated'],
  ['Intel(R) Arc(TM) 140V GPU (16GB)', 'integrated'],
  ['Intel(R) Arc(TM) Graphics', 'integrated'],
  ['Intel(R) Arc(TM) A770 Graphics (DG2)', 'other'],
  ['Intel(R) Arc(TM) Pro B50 Graphics', 'other'],
  ['Mali-G710', 'other'],
] as const)('%s: %s', (name, kind) => {
  expect(adapterKind(name)).toBe(kind);
});

test('NVIDIA’s tool tells of each GPU by its name', async () => {
  const printed = 'NVIDIA GeForce RTX 3060 Ti, 8192\nNVIDIA GeForce RTX 3060, 12288\r\nNVIDIA GB10, [N/A]\n';
  const asked: string[][] = [];
  const source = nvidiaMemory(async (program, args) => {
    asked.push([program, ...args]);
    return printed;
  }, 'nvidia-smi');
  expect(await source.bytesOf('NVIDIA GeForce RTX 3060')).toBe(12288 * MIB);
  expect(await source.bytesOf('NVIDIA GeForce RTX 3060 Ti')).toBe(8192 * MIB);
  expect(await source.bytesOf('NVIDIA GB10')).toBeUndefined();
  expect(asked[0]).toEqual(['nvidia-smi', '--query-gpu=name,memory.total', '--format=csv,noheader,nounits']);
});

test.each([
  ['NVIDIA H200, 143771\n', 'NVIDIA H200', 143771 * MIB],
  // An older driver, which leaves out the maker; alone, so there is no doubt.
  ['Quadro T2000, 4096', 'NVIDIA Quadro T2000 with Max-Q Design', 4096 * MIB],
  ['No devices were found\n', 'NVIDIA H200', undefined],
  [undefined, 'NVIDIA H200', undefined],
])('from %j of %s: %s', async (printed, name, bytes) => {
  expect(await nvidiaMemory(async () => printed, 'nvidia-smi').bytesOf(name)).toBe(bytes);
});

test('AMD’s driver for Linux tells in files; the largest card counts', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'anser-drm-'));
  const card = async (name: string, files: Readonly<Record<string, string>>): Promise<void> => {
    await mkdir(join(folder, name, 'device'), { recursive: true });
    for (const [file, text] of Object.entries(files)) await writeFile(join(folder, name, 'device', file), text);
  };
  expect(await amdLinuxMemory(folder).bytesOf('AMD Radeon RX 7800 XT')).toBeUndefined();
  await card('card0', { vendor: '0x8086\n', mem_info_vram_total: '99999999999\n' });
  await card('card1', { vendor: '0x1002\n', mem_info_vram_total: `${512 * MIB}\n` });
  await card('card2', { vendor: '0x1002\n', mem_info_vram_total: `${16 * GIB}\n` });
  await card('card3', { vendor: '0x1002\n' });
  await card('card2-DP-1', { vendor: '0x1002\n', mem_info_vram_total: '99999999999\n' });
  await writeFile(join(folder, 'version'), 'drm 1.1.0');
  expect(await amdLinuxMemory(folder).bytesOf('AMD Radeon RX 7800 XT')).toBe(16 * GIB);
  await rm(folder, { recursive: true });
  expect(await amdLinuxMemory(folder).bytesOf('AMD Radeon RX 7800 XT')).toBeUndefined();
});

const CLASS = 'HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Control\\Class\\{4d36e968-e325-11ce-bfc1-08002be10318}';
const PRINTED: Readonly<Record<string, string>> = {
  'HardwareInformation.qwMemorySize': `\r
${CLASS}\\0000\r
    HardwareInformation.qwMemorySize    REG_QWORD    0x3ff000000\r
\r
${CLASS}\\0001\r
    HardwareInformation.qwMemorySize    REG_BINARY    0000000002000000\r
\r
End of search: 2 match(es) found.\r
`,
  DriverDesc: `\r
${CLASS}\\0000\r
    DriverDesc    REG_SZ    AMD Radeon RX 7800 XT\r
\r
${CLASS}\\0001\r
    DriverDesc    REG_SZ    Intel(R) Arc(TM) A750 Graphics\r
\r
${CLASS}\\0002\r
    DriverDesc    REG_SZ    Microsoft Remote Display Adapter\r
`,
};

test.each([
  ['AMD Radeon RX 7800 XT', 0x3ff000000],
  ['Intel(R) Arc(TM) A750 Graphics', 8 * GIB],
  ['Microsoft Remote Display Adapter', undefined],
])('the registry of Windows tells of %s: %s', async (name, bytes) => {
  const source = registryMemory(async (_, args) => PRINTED[args.at(-1) ?? ''], 'reg.exe');
  expect(await source.bytesOf(name)).toBe(bytes);
});

test('a tool that is not there, hangs or fails without a word tells nothing', async () => {
  const node = (code: string, limitMs = 20_000): Promise<string | undefined> =>
    runFor(limitMs, process.execPath, ['-e', code]);
  expect(await runFor(1000, 'no program has this name', [])).toBeUndefined();
  expect(await runFor(1000, 'nor\0this', [])).toBeUndefined();
  expect(await node('setInterval(() => {}, 1000)', 300)).toBeUndefined();
  expect(await node('process.exitCode = 1')).toBeUndefined();
  expect(await node('console.log("some"); process.exitCode = 1')).toBe('some\n');
  expect(await node('console.log("all")')).toBe('all\n');
});

test('what has no memory of its own gets a part of the machine’s', async () => {
  const nothing = { bytesOf: () => Promise.reject(new Error('not asked')) };
  const cards = { nvidia: [nothing], amd: [nothing], other: [nothing] };
  const sources: MemorySources = { cards, machineBytes: () => 32 * GIB };
  const find = (name: string, software = false) => findMemory({ name, software }, sources);
  expect(await find('software', true)).toEqual({ of: 'cpu', bytes: 24 * GIB });
  expect(await find('Intel(R) UHD Graphics 620')).toEqual({ of: 'shared', bytes: 16 * GIB });
  expect((await find('Apple M2'))?.bytes).toBe(Math.floor((64 / 3) * GIB));
});

test('the first source that knows a card is believed; where none does, nobody knows', async () => {
  const says = (bytes: number | undefined) => ({ bytesOf: () => Promise.resolve(bytes) });
  const cards = { nvidia: [says(undefined), says(3 * GIB), says(4 * GIB)], amd: [says(undefined)], other: [] };
  const find = (name: string) => findMemory({ name, software: false }, { cards, machineBytes });
  expect(await find('NVIDIA H200')).toEqual({ of: 'gpu', bytes: 3 * GIB });
  expect(await find('AMD Radeon RX 580')).toBeNull();
  expect(await find('Mali-G710')).toBeNull();
});

test('this machine has memory, and every system its sources', () => {
  expect(machineBytes()).toBeGreaterThan(GIB / 4);
  const counts = (['win32', 'linux', 'darwin'] as const).map((platform) => {
    const { nvidia, amd, other } = systemSources(platform, {}).cards;
    return [nvidia.length, amd.length, other.length];
  });
  expect(counts).toEqual([
    [2, 1, 1],
    [1, 1, 0],
    [1, 0, 0],
  ]);
});
