/** Kernels as data, their pipelines compiled once per variant, and plans: recorded lists of dispatches. */
import type { Gpu } from './device.ts';
import { linkShader, type ShaderSources, type Variant } from './shader.ts';

export type BindingKind = 'read' | 'write' | 'uniform';

/** A WGSL entry point `main` in `shaders/kernels/<name>.wgsl`; binding i of the file is entry i here. */
export interface Kernel<B extends string> {
  readonly name: string;
  readonly bindings: readonly { readonly name: B; readonly kind: BindingKind }[];
}

/** Declares a kernel: `defineKernel('embed', { weights: 'read', …, run: 'uniform' })`, in the order of the bindings. */
export function defineKernel<const B extends string>(
  name: string,
  bindings: Readonly<Record<B, BindingKind>>,
): Kernel<B> {
  const entries = Object.entries(bindings) as [B, BindingKind][];
  return { name, bindings: entries.map(([binding, kind]) => ({ name: binding, kind })) };
}

export interface Pipeline<B extends string> {
  readonly kernel: Kernel<B>;
  readonly pipeline: GPUComputePipeline;
  readonly layout: GPUBindGroupLayout;
}

/** What a binding is bound to. */
export type Bound = GPUBuffer | GPUBufferBinding;

const BUFFER_TYPES = { read: 'read-only-storage', write: 'storage', uniform: 'uniform' } as const;

/** Compiles each (kernel, variant) once. */
export class PipelineCache {
  readonly #gpu: Gpu;
  readonly #sources: ShaderSources;
  readonly #pipelines = new Map<string, Promise<Pipeline<string>>>();

  constructor(gpu: Gpu, sources: ShaderSources) {
    this.#gpu = gpu;
    this.#sources = sources;
  }

  /** @throws Error with the compiler's messages when the WGSL does not compile: a bug of ours, found by the null-backend test. */
  get<B extends string>(kernel: Kernel<B>, variant: Variant): Promise<Pipeline<B>> {
    const key = `${kernel.name} ${canonicalJson(variant)}`;
    let entry = this.#pipelines.get(key);
    if (!entry) {
      entry = this.#compile(kernel, variant, key);
      this.#pipelines.set(key, entry);
    }
    return entry as Promise<Pipeline<B>>;
  }

  async #compile<B extends string>(kernel: Kernel<B>, variant: Variant, label: string): Promise<Pipeline<B>> {
    const { device } = this.#gpu;
    const code = linkShader(this.#sources, kernel.name, variant);
    const module = device.createShaderModule({ label, code });
    const layout = device.createBindGroupLayout({
      label,
      entries: kernel.bindings.map(({ kind }, binding) => ({
        binding,
        visibility: GPUShaderStage.COMPUTE,
        buffer: { type: BUFFER_TYPES[kind] },
      })),
    });
    try {
      const pipeline = await device.createComputePipelineAsync({
        label,
        layout: device.createPipelineLayout({ label, bindGroupLayouts: [layout] }),
        compute: { module, entryPoint: 'main' },
      });
      return { kernel, pipeline, layout };
    } catch (error) {
      throw new Error(`${label} does not compile${await compilerMessages(module, code)}`, { cause: error });
    }
  }
}

/** The compiler's errors, each with its line of source. */
async function compilerMessages(module: GPUShaderModule, code: string): Promise<string> {
  const { messages } = await module.getCompilationInfo();
  const lines = code.split('\n');
  return messages
    .filter(({ type }) => type === 'error')
    .map(({ lineNum, linePos, message }) => `\n${lineNum}:${linePos} ${message}\n  ${lines[lineNum - 1] ?? ''}`)
    .join('');
}

/** JSON with sorted keys, so that equal variants have equal text. */
function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, part: unknown) =>
    part !== null && typeof part === 'object' && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  );
}

/** A bind group with every binding of the kernel, by name: a forgotten buffer is a compile error. */
export function bind<B extends string>(
  gpu: Gpu,
  { kernel, layout }: Pipeline<B>,
  bound: Readonly<Record<B, Bound>>,
): GPUBindGroup {
  return gpu.device.createBindGroup({
    label: kernel.name,
    layout,
    entries: kernel.bindings.map(({ name }, binding) => {
      const resource: Bound = bound[name];
      return { binding, resource: 'buffer' in resource ? resource : { buffer: resource } };
    }),
  });
}

/** Workgroups in x, y, z for a run of so many tokens. */
export type Grid = (tokens: number) => readonly [number, number?, number?];

/** One dispatch of a plan. */
export interface Step {
  readonly pipeline: GPUComputePipeline;
  /** Fixed, or looked up in the bindings of the session's state by this index. */
  readonly group: GPUBindGroup | number;
  readonly grid: Grid;
}

/** WebGPU's limit on workgroups in one dimension. */
const MAX_GROUPS = 65535;

/** Folds a long row of workgroups into x and y; the kernel reads its number as y · num_workgroups.x + x. */
export function foldGrid(groups: number): readonly [number, number] {
  const y = Math.ceil(groups / MAX_GROUPS);
  return [Math.ceil(groups / y), y];
}

/** Replays a plan into an open pass. */
export function encodePlan(
  pass: GPUComputePassEncoder,
  plan: readonly Step[],
  stateGroup: (index: number) => GPUBindGroup,
  tokens: number,
): void {
  for (const { pipeline, group, grid } of plan) {
    pass.setPipeline(pipeline);
    pass.setBindGroup(0, typeof group === 'number' ? stateGroup(group) : group);
    pass.dispatchWorkgroups(...grid(tokens));
  }
}
