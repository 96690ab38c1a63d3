/** An interface whose object may change from call to call. */
import type { Api, Contract } from '../engine/api/rpc/contract.ts';

type Method = (params: unknown, signal?: AbortSignal) => unknown;

/**
 * The methods of `contract`, each done by the object that `find` gives when it is called. What `find` throws, the call
 * throws.
 */
export function delegate<C extends Contract>(
  contract: C,
  find: (method: keyof C & string, signal: AbortSignal | undefined) => Promise<Api<C>>,
): Api<C> {
  const methods = Object.entries(contract).map(([name, { kind }]) => {
    // Both ends are `Api<C>`, so that the types of a method's parameters and results are the same on both.
    const method = async (signal: AbortSignal | undefined): Promise<Method> =>
      (await find(name, signal))[name] as Method;
    const call: Method = async (params, signal) => (await method(signal))(params, signal);
    const stream: Method = async function* (params, signal) {
      yield* (await method(signal))(params, signal) as AsyncIterable<unknown>;
    };
    return [name, kind === 'call' ? call : stream];
  });
  return Object.fromEntries(methods) as Api<C>;
}
