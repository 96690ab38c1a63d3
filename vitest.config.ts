/** Three suites: `unit` needs nothing, `gpu` a WebGPU adapter (software will do), `e2e` the built window and a browser. */
import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

const minutes = (count: number): number => count * 60_000;

/** Set by scripts/lavapipe.ts: the GPU suite then insists on that adapter (test/support/adapter.ts). */
const onLavapipe = process.env['ANSER_TEST_ADAPTER'] === 'lavapipe';
/**
 * By path instead of by earlier durations: the kernels' file comes before the model's, which then finds its pipelines in
 * Mesa's cache. A model whose first run takes half a minute to compile also sleeps far too long in the next ones.
 */
class ByPath extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    return files.toSorted((a, b) => (a.moduleId < b.moduleId ? -1 : 1));
  }
}

/**
 * What runs there: kernels and model. The rest asks other things than whether a kernel is right for subgroups of 8, or, like
 * the recurrence of prefill on matrix units (wkv.gpu.test.ts), has variants that LLVM compiles for a minute each.
 */
const ON_LAVAPIPE = [
  'src/engine/kernels/{decode,dequantise,kernels,normMix,quantise}.gpu.test.ts',
  'src/engine/rwkv7/model.gpu.test.ts',
];

export default defineConfig({
  test: {
    environment: 'node',
    // Dawn wants a main thread and a process of its own to die in.
    pool: 'forks',
    restoreMocks: true,
    allowOnly: false,
    sequence: onLavapipe ? { sequencer: ByPath } : {},
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['{src,scripts,tools,test}/**/*.test.ts', '*.test.ts'],
          exclude: ['**/node_modules/**', '**/*.gpu.test.ts', '**/*.e2e.test.ts'],
          // The longest take seconds on an idle machine; a busy one must not fail them.
          testTimeout: minutes(1),
          hookTimeout: minutes(1),
        },
      },
      {
        extends: true,
        test: {
          name: 'gpu',
          include: onLavapipe ? ON_LAVAPIPE : ['{src,scripts,tools,test}/**/*.gpu.test.ts'],
          setupFiles: ['test/support/adapter.ts'],
          // SwiftShader keeps every core busy by itself; on lavapipe a file finds in Mesa's cache what the last compiled.
          maxWorkers: 1,
          // On lavapipe LLVM may need half a minute for a kernel, and more on a busy machine.
          testTimeout: minutes(onLavapipe ? 10 : 2),
          hookTimeout: minutes(onLavapipe ? 10 : 2),
        },
      },
      {
        extends: true,
        test: {
          name: 'e2e',
          include: ['e2e/**/*.e2e.test.ts'],
          maxWorkers: 1,
          testTimeout: minutes(1),
          hookTimeout: minutes(1),
        },
      },
    ],
  },
});
