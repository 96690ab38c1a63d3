/**
 * Links WGSL: a kernel's source plus the files it imports plus constants, into one module text. There is no other way to
 * specialise a kernel: no #ifdef, no override, no WGSL in template strings.
 */
import { assert } from '../api/errors.ts';

/** Shader sources by path below `shaders/` without the extension, e.g. `kernels/mat_vec`. */
export type ShaderSources = ReadonlyMap<string, string>;

/** One specialisation of a kernel. Its canonical JSON is the pipeline's key. */
export interface Variant {
  /** What `// import "name"` stands for where it is not a path: `{ weights: 'weights/f16' }`. */
  readonly imports?: Readonly<Record<string, string>>;
  /** Module-scope constants; integers become u32, booleans bool, a float must be given as `{ f32 }`. */
  readonly constants?: Readonly<Record<string, number | boolean | { readonly f32: number }>>;
}

const IMPORT = /^\/\/ import "([^"]+)"$/gm;
/** Directives must stand before everything else in a module. */
const DIRECTIVE = /^(?:enable|requires|diagnostic)[ (].*;$/gm;

function constantLine(name: string, value: number | boolean | { readonly f32: number }): string {
  if (typeof value === 'boolean') return `const ${name} = ${String(value)};`;
  if (typeof value === 'object') return `const ${name}: f32 = ${value.f32.toExponential(9)};`;
  assert(Number.isInteger(value) && value >= 0, `constant ${name} = ${value} is not a u32`);
  return `const ${name} = ${value}u;`;
}

/**
 * The WGSL text of a kernel in a variant. Each imported file appears once, before what imports it.
 * @throws Error (ours) when a source is missing or imports form a cycle.
 */
export function linkShader(sources: ShaderSources, kernel: string, variant: Variant): string {
  const done = new Set<string>();
  const open = new Set<string>();
  const parts: string[] = [];
  const add = (path: string): void => {
    if (done.has(path)) return;
    assert(!open.has(path), `shader import cycle at ${path}`);
    const text = sources.get(path);
    assert(text !== undefined, `no shader source ${path} (imported by kernel ${kernel})`);
    open.add(path);
    for (const [, name = ''] of text.matchAll(IMPORT)) add(variant.imports?.[name] ?? name);
    open.delete(path);
    done.add(path);
    parts.push(text.replaceAll(IMPORT, ''));
  };
  add(`kernels/${kernel}`);
  const body = parts.join('\n');
  const directives = [...new Set([...body.matchAll(DIRECTIVE)].map(([line]) => line))];
  const constants = Object.entries(variant.constants ?? {}).map(([name, value]) => constantLine(name, value));
  return [...directives, ...constants, body.replaceAll(DIRECTIVE, '')].join('\n');
}
