/** Runs before each file of GPU tests: where the machine offers no adapter, enables the software adapter from npm. */
import { create } from 'webgpu';
import { enableSoftwareAdapter } from '../../src/engine/hosts/softwareAdapter.ts';

const probe = create([]);
// Kept reachable: Dawn's event pump crashes when an instance is collected while a promise is pending.
Object.assign(globalThis, { adapterProbe: probe });

// An adapter is good for one device, so that this one is simply dropped.
if (!(await probe.requestAdapter())) enableSoftwareAdapter('node_modules/.cache/anser');
