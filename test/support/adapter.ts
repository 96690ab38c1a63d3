/** Runs before each file of GPU tests: where the machine offers no adapter, enables the software adapter from npm. */
import { create } from 'webgpu';
import { hasVulkanLoader } from '../../src/engine/hosts/gpu.ts';
import { enableSoftwareAdapter } from '../../src/engine/hosts/softwareAdapter.ts';

async function hasAdapter(): Promise<boolean> {
  // Without a loader Dawn finds none, and says so in the middle of the tests' output.
  if (!hasVulkanLoader()) return false;
  const probe = create([]);
  // Kept reachable: Dawn's event pump crashes when an instance is collected while a promise is pending.
  Object.assign(globalThis, { adapterProbe: probe });
  // An adapter is good for one device, so that this one is simply dropped.
  return (await probe.requestAdapter()) !== null;
}

if (!(await hasAdapter())) enableSoftwareAdapter('node_modules/.cache/anser');
