/** Which adapters Dawn finds, for people to choose from. */
import { create } from 'webgpu';
import { hasVulkanLoader } from './gpu.ts';
import { keepingDrivers } from './softwareAdapter.ts';

/** How an adapter is named when a model is loaded. */
export interface AdapterChoice {
  readonly name: string;
  readonly software: boolean;
}

const SOFTWARE: AdapterChoice = { name: 'software', software: true };

/** No adapter has this name, so Dawn answers with the names that there are; it has no other way to tell them. */
const NO_NAME = 'no adapter is called this';

/** Instances must stay reachable while a promise of theirs is pending: Dawn's event pump holds a raw pointer to them. */
const instances: GPU[] = [];

/** The real adapters, the one that Dawn prefers first, then `software`. */
export async function listAdapters(): Promise<AdapterChoice[]> {
  // Where there is no library to ask, Dawn would only complain.
  if (!hasVulkanLoader()) return [SOFTWARE];
  return keepingDrivers(async () => {
    const names = namesIn(await refusal());
    const preferred = (await probe([]).requestAdapter({ powerPreference: 'high-performance' }))?.info.device;
    names.sort((a, b) => Number(b === preferred) - Number(a === preferred));
    return [...names.map((name) => ({ name, software: false })), SOFTWARE];
  });
}

function probe(flags: string[]): GPU {
  const instance = create(flags);
  instances.push(instance);
  return instance;
}

async function refusal(): Promise<string> {
  try {
    await probe([`adapter=${NO_NAME}`]).requestAdapter();
    return '';
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** The names in Dawn's refusal, one a line: ` * backend: 'vulkan', name: 'NVIDIA H200'`. Those that are a CPU are left out. */
export function namesIn(message: string): string[] {
  const names = Array.from(message.matchAll(/^ \* backend: '[^']*', name: '(.*)'$/gmu), ([, name = '']) => name);
  return [...new Set(names)].filter((name) => !/swiftshader|llvmpipe|basic render/iu.test(name));
}
