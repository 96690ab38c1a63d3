/** The serving end of a port: checks what comes in, runs the methods, and sends what they give. */
import { flatten, safeParse } from 'valibot';
import type { Api, Contract, Port } from './contract.ts';
import { EngineError } from '../errors.ts';
import { CANCELLED, faultOf } from './remoteError.ts';
import { requestSchema, type Response } from './wire.ts';

type Method = (params: unknown, signal: AbortSignal) => Promise<unknown> | AsyncIterable<unknown>;

/**
 * Answers the requests on `port` until it closes; then everything under way is cancelled.
 * @param onBug is told of errors without a code, which the other side sees as `internal`
 */
export function serve<C extends Contract>(
  contract: C,
  api: Api<C>,
  port: Port,
  onBug: (error: unknown) => void = () => undefined,
): void {
  const running = new Map<number, AbortController>();
  port.onMessage((message) => {
    const parsed = safeParse(requestSchema, message);
    if (!parsed.success) return onBug(new Error('A message on the port is no request.'));
    const request = parsed.output;
    if ('cancel' in request) running.get(request.id)?.abort();
    else void run(request.id, request.method, request.params);
  });
  port.onClose(() => {
    for (const controller of running.values()) controller.abort();
  });

  async function run(id: number, name: string, params: unknown): Promise<void> {
    const send = (message: Response): void => port.post(message);
    if (running.has(id)) {
      onBug(new Error(`The request id ${id} is in use.`));
      return;
    }
    const controller = new AbortController();
    running.set(id, controller);
    try {
      for await (const value of invoke(contract, api, name, params, controller.signal)) send({ id, value });
      send({ id, end: true });
    } catch (error) {
      const { aborted, reason } = controller.signal;
      const fault = aborted && error === reason ? { code: CANCELLED, message: 'Cancelled.' } : faultOf(error);
      if (fault.code === 'internal') onBug(error);
      send({ id, error: fault });
    } finally {
      running.delete(id);
    }
  }
}

/** Any method as a stream. */
async function* invoke<C extends Contract>(
  contract: C,
  api: Api<C>,
  name: string,
  params: unknown,
  signal: AbortSignal,
): AsyncGenerator<unknown, void, undefined> {
  const method = Object.hasOwn(contract, name) ? contract[name] : undefined;
  if (method === undefined) throw badRequest(`There is no method "${name}".`);
  const parsed = safeParse(method.params, params);
  if (!parsed.success)
    throw badRequest(
      `${name} was called with other parameters than it takes: ${JSON.stringify(flatten(parsed.issues))}`,
    );
  // The schema above is the method's own: the types were checked where `api` was written.
  const result = (api[name] as Method)(parsed.output, signal);
  if (method.kind === 'call') yield await result;
  else yield* result as AsyncIterable<unknown>;
}

const badRequest = (message: string): EngineError => new EngineError('invalid-argument', message);
