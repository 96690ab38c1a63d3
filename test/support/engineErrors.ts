/** Expectations of typed failures. */
import { expect } from 'vitest';
import type { EngineErrorCode } from '../../src/engine/api/errors.ts';

/** Matches an EngineError with a code and a message; for `rejects.toEqual` and `toThrow`. */
export const engineError = (code: EngineErrorCode, message: RegExp): unknown =>
  expect.objectContaining({ name: 'EngineError', code, message: expect.stringMatching(message) as string });
