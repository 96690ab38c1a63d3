/** The types of one method of the engine's contract. */
import type { EngineApi } from '../api/contract.ts';

export type ParamsOf<M extends keyof EngineApi> = Parameters<EngineApi[M]>[0];

/** What a stream gives. */
export type EventOf<M extends keyof EngineApi> = ReturnType<EngineApi[M]> extends AsyncIterable<infer E> ? E : never;
