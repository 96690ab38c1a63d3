/** The messages on a port. A call is a stream of one value, so that there is one way through. */
import {
  type GenericSchema,
  type InferOutput,
  literal,
  number,
  object,
  optional,
  string,
  union,
  unknown,
} from 'valibot';

const fault = object({
  /** `EngineErrorCode`, the code of another kind of error, or `internal`. */
  code: string(),
  message: string(),
  nextStep: optional(string()),
});

/** An error as it crosses a port. */
export type Fault = InferOutput<typeof fault>;

export const requestSchema = union([
  object({ id: number(), method: string(), params: unknown() }),
  object({ id: number(), cancel: literal(true) }),
]) satisfies GenericSchema;

export const responseSchema = union([
  object({ id: number(), value: unknown() }),
  object({ id: number(), end: literal(true) }),
  object({ id: number(), error: fault }),
]) satisfies GenericSchema;

export type Request = InferOutput<typeof requestSchema>;
export type Response = InferOutput<typeof responseSchema>;
