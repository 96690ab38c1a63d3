/**
 * Just enough of vitest to run the GPU tests from one bundled file on a machine that has nothing but Node: tests in
 * order, hooks, tables, and the matchers that those tests use. `scripts/buildGpuTests.ts` puts it in vitest's place.
 */
import assert from 'node:assert/strict';
import { isDeepStrictEqual } from 'node:util';

/** As vitest's: every property that is wanted is there; more may be. */
function assertMatches(actual: unknown, wanted: Record<string, unknown>): void {
  for (const [key, value] of Object.entries(wanted))
    assert.deepStrictEqual((actual as Record<string, unknown> | undefined)?.[key], value);
}

type Body = () => unknown;
type Case = Record<string, unknown> | string;

interface Suite {
  readonly title: string;
  readonly steps: Body[];
  readonly before: Body[];
  readonly after: Body[];
}

const root: Suite = { title: '', steps: [], before: [], after: [] };
let current = root;
let passed = 0;
let failed = 0;

const titled = (title: string, item: Case): string =>
  typeof item === 'string'
    ? title.replace('%s', item)
    : title.replaceAll(/\$(\w+)/g, (_, key: string) => JSON.stringify(item[key]));

async function runSuite(suite: Suite): Promise<void> {
  for (const hook of suite.before) await hook();
  for (const step of suite.steps) await step();
  for (const hook of suite.after) await hook();
}

export function describe(title: string, define: () => void): void {
  const parent = current;
  const suite: Suite = { title: `${parent.title}${title} › `, steps: [], before: [], after: [] };
  parent.steps.push(() => runSuite(suite));
  current = suite;
  define();
  current = parent;
}
describe.each =
  <T extends Case>(table: readonly T[]) =>
  (title: string, define: (item: T) => void): void => {
    for (const item of table)
      describe(titled(title, item), () => {
        define(item);
      });
  };

export function test(title: string, ...rest: [Body] | [object, Body]): void {
  const body = rest.at(-1) as Body;
  const name = `${current.title}${title}`;
  current.steps.push(async () => {
    try {
      await body();
      passed++;
    } catch (error) {
      failed++;
      console.log(`FAILED ${name}\n`, error);
    }
  });
}
test.each =
  <T extends Case>(table: readonly T[]) =>
  (title: string, body: (item: T) => unknown): void => {
    for (const item of table) test(titled(title, item), () => body(item));
  };

export const beforeAll = (hook: Body): void => void current.before.push(hook);
export const afterAll = (hook: Body): void => void current.after.push(hook);

export function expect(actual: unknown) {
  return {
    toBe: (wanted: unknown) => {
      assert.ok(Object.is(actual, wanted), `${String(actual)} is not ${String(wanted)}`);
    },
    toBeLessThan: (bound: number) => {
      assert.ok((actual as number) < bound, `${String(actual)} is not below ${bound}`);
    },
    toBeGreaterThan: (bound: number) => {
      assert.ok((actual as number) > bound, `${String(actual)} is not above ${bound}`);
    },
    toHaveLength: (wanted: number) => {
      assert.equal((actual as ArrayLike<unknown>).length, wanted);
    },
    toEqual: (wanted: unknown) => {
      assert.ok(isDeepStrictEqual(actual, wanted), 'not equal');
    },
    toMatchObject: (wanted: Record<string, unknown>) => {
      assertMatches(actual, wanted);
    },
    not: {
      toEqual: (wanted: unknown) => {
        assert.ok(!isDeepStrictEqual(actual, wanted), 'equal');
      },
    },
    rejects: {
      toMatchObject: async (wanted: Record<string, unknown>) => {
        const error = await (actual as Promise<unknown>).then(
          () => undefined,
          (reason: unknown) => reason as Record<string, unknown>,
        );
        assertMatches(error, wanted);
      },
    },
  };
}

/** Runs all that the imported files have declared; the process fails if a test did. */
export async function runTests(): Promise<void> {
  await runSuite(root);
  console.log(`${passed} passed, ${failed} failed`);
  process.exitCode = failed === 0 && passed > 0 ? 0 : 1;
}
