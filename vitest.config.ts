/** Three suites: `unit` needs nothing, `gpu` a WebGPU adapter (software will do), `e2e` the built window and a browser. */
import { defineConfig } from 'vitest/config';

const minutes = (count: number): number => count * 60_000;

export default defineConfig({
  test: {
    environment: 'node',
    // Dawn wants a main thread and a process of its own to die in.
    pool: 'forks',
    restoreMocks: true,
    allowOnly: false,
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['{src,scripts,tools,test}/**/*.test.ts', '*.test.ts'],
          exclude: ['**/*.gpu.test.ts', '**/*.e2e.test.ts'],
          // Nothing here waits for long by itself; a busy machine is no failure.
          testTimeout: minutes(1),
          hookTimeout: minutes(1),
        },
      },
      {
        extends: true,
        test: {
          name: 'gpu',
          include: ['{src,scripts,tools,test}/**/*.gpu.test.ts'],
          setupFiles: ['test/support/adapter.ts'],
          // A software adapter keeps every core busy by itself.
          maxWorkers: 1,
          testTimeout: minutes(2),
          hookTimeout: minutes(2),
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
