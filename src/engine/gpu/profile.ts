/** Where a plan's time goes: every dispatch in a pass of its own, between two timestamps. For measuring only. */
import { EngineError } from '../api/errors.ts';
import type { Gpu } from './device.ts';
import type { Step } from './kernel.ts';

export interface ProfiledStep {
  /** The pipeline's label: kernel and variant. */
  readonly label: string;
  readonly nanoseconds: number;
}

/** WebGPU's largest query set. */
const MAX_QUERIES = 4096;

/**
 * Runs the steps once and times each. The sum is more than the plan takes in one pass, where neighbours overlap.
 * @throws EngineError `invalid-argument` where the device has no timestamps
 */
export async function profilePlan(
  { device, caps }: Gpu,
  steps: readonly Step[],
  stateGroup: (index: number) => GPUBindGroup,
  tokens: number,
): Promise<ProfiledStep[]> {
  if (!caps.timestamps) throw new EngineError('invalid-argument', 'This device has no timestamps.');
  const profiled = steps.slice(0, MAX_QUERIES / 2);
  const count = 2 * profiled.length;
  const querySet = device.createQuerySet({ type: 'timestamp', count });
  const resolved = device.createBuffer({
    size: 8 * count,
    usage: GPUBufferUsage.QUERY_RESOLVE | GPUBufferUsage.COPY_SRC,
  });
  const staging = device.createBuffer({ size: 8 * count, usage: GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST });
  try {
    const encoder = device.createCommandEncoder();
    for (const [i, { pipeline, group, grid }] of profiled.entries()) {
      const timestampWrites = { querySet, beginningOfPassWriteIndex: 2 * i, endOfPassWriteIndex: 2 * i + 1 };
      const pass = encoder.beginComputePass({ timestampWrites });
      pass.setPipeline(pipeline);
      pass.setBindGroup(0, typeof group === 'number' ? stateGroup(group) : group);
      pass.dispatchWorkgroups(...grid(tokens));
      pass.end();
    }
    encoder.resolveQuerySet(querySet, 0, count, resolved, 0);
    encoder.copyBufferToBuffer(resolved, 0, staging, 0, 8 * count);
    device.queue.submit([encoder.finish()]);
    await staging.mapAsync(GPUMapMode.READ);
    const times = new BigUint64Array(staging.getMappedRange()).slice();
    return profiled.map(({ pipeline }, i) => ({
      label: pipeline.label,
      nanoseconds: Number((times[2 * i + 1] ?? 0n) - (times[2 * i] ?? 0n)),
    }));
  } finally {
    querySet.destroy();
    resolved.destroy();
    staging.destroy();
  }
}
