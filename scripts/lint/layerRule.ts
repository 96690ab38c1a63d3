/** The lint rule behind `layers.ts`: reports an import that a folder may not make. */
import { dirname, posix, relative, resolve, sep } from 'node:path';
import type { Rule } from 'eslint';
import type { Layer } from './layers.ts';

type Layers = Readonly<Record<string, Layer>>;

const isTest = (path: string): boolean => /\.test\.tsx?$|\.probe\.ts$/.test(path);
/** Whether an entry of the table stands for `path`; one that ends in a slash stands for the files directly in it. */
const covers = (entry: string, path: string): boolean =>
  entry.endsWith('/') ? `${posix.dirname(path)}/` === entry : path === entry || path.startsWith(`${entry}/`);
const matches = (name: string, pattern: string): boolean =>
  pattern.endsWith('*') ? name.startsWith(pattern.slice(0, -1)) : name === pattern;

/** Path below `sourceRoot` with forward slashes; undefined for files elsewhere. */
function sourcePath(sourceRoot: string, file: string): string | undefined {
  const path = relative(sourceRoot, file).split(sep).join(posix.sep);
  return path.startsWith('..') ? undefined : path;
}

/**
 * What is wrong with `file` importing `specifier`; undefined if nothing.
 * @param sourceRoot absolute path of the folder that the layers' paths start from
 * @param file absolute path of the importing file
 */
export function layerViolation(
  layers: Layers,
  sourceRoot: string,
  file: string,
  specifier: string,
): string | undefined {
  const path = sourcePath(sourceRoot, file);
  if (path === undefined || isTest(path)) return undefined;
  const folder = Object.keys(layers).find((name) => covers(name, path));
  const rules = folder === undefined ? undefined : layers[folder];
  if (folder === undefined || rules === undefined)
    return `${path} lies in no layer: add its folder to scripts/lint/layers.ts.`;
  if (!specifier.startsWith('.'))
    return rules.packages.some((pattern) => matches(specifier, pattern))
      ? undefined
      : `${folder} may not import the package ${specifier}.`;
  const target = sourcePath(sourceRoot, resolve(dirname(file), specifier.replace(/\?.*$/, '')));
  if (target === undefined) return `${folder} may not import ${specifier}, outside of src.`;
  if (isTest(target)) return `Only tests may import ${target}.`;
  const bare = target.replace(/\.tsx?$/, '');
  return [folder, ...rules.imports].some((allowed) => covers(allowed, bare))
    ? undefined
    : `${folder} may not import ${bare}.`;
}

/** The rule over a table of layers; sees imports, re-exports, `import()` and `import('…')` types. */
export function layerRule(layers: Layers, sourceRoot: string): Rule.RuleModule {
  return {
    meta: { type: 'problem', docs: { description: 'imports follow the layers of scripts/lint/layers.ts' } },
    create: (context) => {
      const check = (node: Rule.Node): void => {
        const { source } = node as unknown as { source?: { value?: unknown } | null };
        if (typeof source?.value !== 'string') return;
        const message = layerViolation(layers, sourceRoot, context.filename, source.value);
        if (message !== undefined) context.report({ node, message });
      };
      return {
        ImportDeclaration: check,
        ExportNamedDeclaration: check,
        ExportAllDeclaration: check,
        ImportExpression: check,
        TSImportType: check,
      };
    },
  };
}
