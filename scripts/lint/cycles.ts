/** Fails when files of `src/` import each other in a circle; type-only imports count too, since they are reading order. */
import { readFileSync } from 'node:fs';
import { glob } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import ts from 'typescript';

/** For each node, the nodes that it points at. */
export type Graph = ReadonlyMap<string, readonly string[]>;

/** One cycle, first node repeated at the end; undefined if there is none. Nodes outside of the graph are leaves. */
export function findCycle(graph: Graph): string[] | undefined {
  const finished = new Set<string>();
  const path: string[] = [];
  const visit = (node: string): string[] | undefined => {
    if (finished.has(node)) return undefined;
    const start = path.indexOf(node);
    if (start >= 0) return [...path.slice(start), node];
    path.push(node);
    for (const next of graph.get(node) ?? []) {
      const cycle = visit(next);
      if (cycle) return cycle;
    }
    path.pop();
    finished.add(node);
    return undefined;
  };
  for (const node of graph.keys()) {
    const cycle = visit(node);
    if (cycle) return cycle;
  }
  return undefined;
}

/** The relative imports of a file, as absolute paths. */
function importsOf(file: string): string[] {
  const { importedFiles } = ts.preProcessFile(readFileSync(file, 'utf8'));
  return importedFiles
    .filter(({ fileName }) => fileName.startsWith('.'))
    .map(({ fileName }) => resolve(dirname(file), fileName));
}

if (import.meta.main) {
  const graph = new Map<string, string[]>();
  for await (const file of glob('src/**/*.{ts,tsx}')) graph.set(resolve(file), importsOf(file));
  const cycle = findCycle(graph);
  if (cycle) {
    const names = cycle.map((file) => file.replace(`${process.cwd()}/`, ''));
    process.stderr.write(`These files import each other in a circle:\n  ${names.join('\n  → ')}\n`);
    process.exitCode = 1;
  } else process.stdout.write(`No import cycles in ${graph.size} files.\n`);
}
