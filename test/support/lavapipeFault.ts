/** Whether an adapter has what the run on lavapipe is for. */

/** What the check looks at. */
export interface AdapterFacts {
  readonly info: Pick<GPUAdapterInfo, 'description' | 'subgroupMinSize' | 'subgroupMaxSize'>;
  readonly features: Pick<ReadonlySet<string>, 'has'>;
}

/** Why this adapter will not do, as the end of a sentence; undefined if it is lavapipe with subgroups of 8 and f16. */
export function lavapipeFault(adapter: AdapterFacts | null): string | undefined {
  if (!adapter) return 'there is no adapter';
  const { description, subgroupMinSize, subgroupMaxSize } = adapter.info;
  if (!description.startsWith('llvmpipe')) return `the adapter is "${description}"`;
  // Lavapipe's subgroup is the CPU's vector register in f32: 8 with AVX2, 4 with SSE.
  if (subgroupMinSize !== 8 || subgroupMaxSize !== 8)
    return `its subgroups are of ${subgroupMinSize ?? '?'} to ${subgroupMaxSize ?? '?'}: does this CPU have AVX2?`;
  return ['subgroups', 'shader-f16']
    .filter((feature) => !adapter.features.has(feature))
    .map((feature) => `it lacks ${feature}`)[0];
}
