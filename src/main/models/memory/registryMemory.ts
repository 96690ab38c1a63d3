/** What drivers of all vendors note in the registry of Windows. */
import { bytesOfNamed, type MemorySource } from './memorySource.ts';
import type { RunTool } from './runTool.ts';

/** The class of display adapters. */
const ADAPTERS = 'HKLM\\SYSTEM\\CurrentControlSet\\Control\\Class\\{4d36e968-e325-11ce-bfc1-08002be10318}';
const BYTES = 'HardwareInformation.qwMemorySize';
const NAME = 'DriverDesc';

/** @param program where `reg.exe` lies */
export const registryMemory = (run: RunTool, program: string): MemorySource => ({
  bytesOf: async (adapter) => {
    const query = async (value: string): Promise<Map<string, string>> =>
      valuesIn((await run(program, ['query', ADAPTERS, '/s', '/v', value])) ?? '', value);
    const [sizes, names] = await Promise.all([query(BYTES), query(NAME)]);
    const gpus = Array.from(sizes, ([key, size]) => ({ name: names.get(key) ?? '', bytes: bytesIn(size) }));
    return bytesOfNamed(
      gpus.filter(({ name, bytes }) => name !== '' && bytes > 0),
      adapter,
    );
  },
});

/** By key: a line with the key, then one with the value's name, its type and what it holds. */
function valuesIn(text: string, value: string): Map<string, string> {
  const found = new Map<string, string>();
  let key = '';
  for (const line of text.split(/\r?\n/u)) {
    if (line.startsWith('HKEY_')) key = line.trim();
    const [name, type = '', ...rest] = line.trim().split(/ {4}/u);
    if (name === value && type.startsWith('REG_')) found.set(key, rest.join('    '));
  }
  return found;
}

/** `0x1ff000000`; as bare bytes, the lowest first, by drivers that note it so. */
function bytesIn(stored: string): number {
  if (/^0x[0-9a-f]+$/iu.test(stored)) return Number(stored);
  if (!/^[0-9a-f]{16}$/iu.test(stored)) return 0;
  return Number(Buffer.from(stored, 'hex').readBigUInt64LE());
}
