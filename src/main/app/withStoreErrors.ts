/** The methods of a window, with what SQLite says when it cannot write turned into words for the user. */
import { appContract, type AppApi } from '../api/contract.ts';
import { isStoreFailure, storeError } from '../store/database.ts';

type Any = (...args: unknown[]) => unknown;

const inWords = (error: unknown): unknown => (isStoreFailure(error) ? storeError(error) : error);

/** In one place for all methods: any of them may be the first to meet a full or read-only disk. */
export function withStoreErrors(api: AppApi): AppApi {
  const methods = Object.entries(appContract).map(([name, { kind }]) => {
    const method = (api as Record<string, Any | undefined>)[name];
    const call: Any = async (...args) => {
      try {
        return await method?.(...args);
      } catch (error) {
        throw inWords(error);
      }
    };
    const stream: Any = async function* (...args) {
      try {
        yield* method?.(...args) as AsyncIterable<unknown>;
      } catch (error) {
        throw inWords(error);
      }
    };
    return [name, kind === 'call' ? call : stream];
  });
  // Made from the contract's own entries, so it has exactly its methods.
  return Object.fromEntries(methods) as AppApi;
}
