/**
 * A program for softwareAdapter.gpu.test.ts: prints, as JSON, which adapter a fresh process gets and what it computes.
 * With a cache folder as its argument it first enables the software adapter from inside.
 */
import { create, globals } from 'webgpu';
import { enableSoftwareAdapter } from './softwareAdapter.ts';

Object.assign(globalThis, globals);

/** Kept reachable: Dawn's event pump crashes when an instance is collected under a living device. */
const instances: GPU[] = [];
Object.assign(globalThis, { instances });

async function adapterName(): Promise<string | undefined> {
  const instance = create([]);
  instances.push(instance);
  return (await instance.requestAdapter())?.info.description;
}

async function squares(count: number): Promise<number[]> {
  const adapter = await instances.at(-1)?.requestAdapter();
  if (!adapter) return [];
  const device = await adapter.requestDevice();
  const code = `@group(0) @binding(0) var<storage, read_write> x: array<u32>;
    @compute @workgroup_size(1) fn main(@builtin(global_invocation_id) id: vec3u) { x[id.x] = id.x * id.x; }`;
  const pipeline = device.createComputePipeline({
    layout: 'auto',
    compute: { module: device.createShaderModule({ code }) },
  });
  const size = count * 4;
  const result = device.createBuffer({ size, usage: GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC });
  const staging = device.createBuffer({ size, usage: GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST });
  const encoder = device.createCommandEncoder();
  const pass = encoder.beginComputePass();
  pass.setPipeline(pipeline);
  pass.setBindGroup(
    0,
    device.createBindGroup({
      layout: pipeline.getBindGroupLayout(0),
      entries: [{ binding: 0, resource: { buffer: result } }],
    }),
  );
  pass.dispatchWorkgroups(count);
  pass.end();
  encoder.copyBufferToBuffer(result, 0, staging, 0, size);
  device.queue.submit([encoder.finish()]);
  await staging.mapAsync(GPUMapMode.READ);
  const values = [...new Uint32Array(staging.getMappedRange())];
  device.destroy();
  return values;
}

const atStart = await adapterName();
const [cacheFolder] = process.argv.slice(2);
if (cacheFolder !== undefined) enableSoftwareAdapter(cacheFolder, 'swiftshader');
const enabled = cacheFolder === undefined ? undefined : await adapterName();
process.stdout.write(JSON.stringify({ atStart, enabled, squares: await squares(5) }));
