/** A program for buildCli.gpu.test.ts: prints, as JSON, what a bundle finds. Its argument is a cache folder. */
import { create } from 'webgpu';
import { resourcePath } from '../src/engine/hosts/resources.ts';
import { readShaderSources } from '../src/engine/hosts/shaderSources.ts';
import { enableSoftwareAdapter } from '../src/engine/hosts/softwareAdapter.ts';

enableSoftwareAdapter(process.argv[2] ?? '');
const instance = create([]);
// Kept reachable: Dawn's event pump crashes when an instance is collected while a promise is pending.
Object.assign(globalThis, { instance });
const adapter = await instance.requestAdapter();
const found = {
  shaders: [...readShaderSources().keys()],
  adapter: adapter !== null,
  vocabulary: resourcePath('vocabulary'),
};
process.stdout.write(JSON.stringify(found));
