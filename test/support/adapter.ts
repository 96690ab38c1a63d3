/**
 * Runs before each file of GPU tests. Where the machine offers no adapter, it enables the software adapter from npm. A run
 * that is meant for lavapipe (scripts/lavapipe.ts) fails on any other.
 */
import { create } from 'webgpu';
import { hasVulkanLoader } from '../../src/engine/hosts/gpu.ts';
import { enableSoftwareAdapter } from '../../src/engine/hosts/softwareAdapter.ts';
import { lavapipeFault } from './lavapipeFault.ts';

async function firstAdapter(): Promise<GPUAdapter | null> {
  // Without a loader Dawn finds none, and says so in the middle of the tests' output.
  if (!hasVulkanLoader()) return null;
  const probe = create([]);
  // Kept reachable: Dawn's event pump crashes when an instance is collected while a promise is pending.
  Object.assign(globalThis, { adapterProbe: probe });
  // An adapter is good for one device, so that this one is simply dropped.
  return probe.requestAdapter();
}

const wanted = process.env['ANSER_TEST_ADAPTER'];
const adapter = await firstAdapter();
if (wanted === 'lavapipe') {
  const fault = lavapipeFault(adapter);
  if (fault !== undefined) throw new Error(`This run is for lavapipe with subgroups of 8, but ${fault}.`);
} else if (wanted !== undefined) throw new Error(`ANSER_TEST_ADAPTER may be "lavapipe", not "${wanted}".`);
else if (!adapter) enableSoftwareAdapter('node_modules/.cache/anser');
