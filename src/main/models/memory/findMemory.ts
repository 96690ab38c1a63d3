/** How much memory models can have on an adapter, asked of whatever this system has to tell. */
import { join } from 'node:path';
import type { ModelMemory } from '../../api/models.ts';
import { adapterKind } from './adapterKind.ts';
import { amdLinuxMemory } from './amdLinuxMemory.ts';
import type { MemorySource } from './memorySource.ts';
import { nvidiaMemory } from './nvidiaMemory.ts';
import { registryMemory } from './registryMemory.ts';
import { runTool } from './runTool.ts';
import { appleShare, cpuShare, integratedShare, machineBytes } from './systemMemory.ts';

export interface MemorySources {
  /** What may tell of cards of a vendor, the best first. */
  readonly cards: Readonly<Record<'nvidia' | 'amd' | 'other', readonly MemorySource[]>>;
  /** Of this program at most. */
  machineBytes(): number;
}

export function systemSources(platform: NodeJS.Platform, env: NodeJS.ProcessEnv): MemorySources {
  if (platform === 'win32') {
    // By their full paths: Windows would also look where the program was started.
    const system32 = join(env['SystemRoot'] ?? 'C:\\Windows', 'System32');
    const registry = registryMemory(runTool, join(system32, 'reg.exe'));
    const nvidia = [nvidiaMemory(runTool, join(system32, 'nvidia-smi.exe')), registry];
    return { cards: { nvidia, amd: [registry], other: [registry] }, machineBytes };
  }
  const amd = platform === 'linux' ? [amdLinuxMemory()] : [];
  return { cards: { nvidia: [nvidiaMemory(runTool, 'nvidia-smi')], amd, other: [] }, machineBytes };
}

export interface Adapter {
  readonly name: string;
  readonly software: boolean;
}

/** Null where nobody knows. */
export async function findMemory({ name, software }: Adapter, sources: MemorySources): Promise<ModelMemory | null> {
  if (software) return { of: 'cpu', bytes: cpuShare(sources.machineBytes()) };
  const kind = adapterKind(name);
  if (kind === 'apple') return { of: 'shared', bytes: appleShare(sources.machineBytes()) };
  if (kind === 'integrated') return { of: 'shared', bytes: integratedShare(sources.machineBytes()) };
  for (const source of sources.cards[kind]) {
    const bytes = await source.bytesOf(name);
    if (bytes !== undefined) return { of: 'gpu', bytes };
  }
  return null;
}
