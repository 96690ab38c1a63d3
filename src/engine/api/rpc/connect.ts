/** The calling end of a port: an object that looks like the interface itself and checks what comes back. */
import { flatten, safeParse, type GenericSchema } from 'valibot';
import type { Api, Contract, Port } from './contract.ts';
import { Inbox } from './inbox.ts';
import { CANCELLED, connectionLost, RemoteError } from './remoteError.ts';
import { responseSchema, type Request } from './wire.ts';

/** The methods of `contract`, each sent over `port`. After the port closed every call fails with `connection-lost`. */
export function connect<C extends Contract>(contract: C, port: Port): Api<C> {
  const line = new Line(port);
  const methods = Object.entries(contract).map(([name, method]) => {
    const start = (params: unknown, signal?: AbortSignal): AsyncGenerator<unknown, void, undefined> =>
      line.request(name, params, method.kind === 'call' ? method.result : method.event, signal);
    return [name, method.kind === 'call' ? (...args: Parameters<typeof start>) => only(name, start(...args)) : start];
  });
  // Made from the contract's own entries, so it has exactly its methods.
  return Object.fromEntries(methods) as Api<C>;
}

async function only(name: string, values: AsyncIterable<unknown>): Promise<unknown> {
  for await (const value of values) return value;
  throw new RemoteError({ code: 'internal', message: `${name} ended without an answer.` });
}

/** Numbers the requests of one port and sorts the responses. */
class Line {
  readonly #port: Port;
  readonly #inboxes = new Map<number, Inbox>();
  #nextId = 1;
  #closed = false;

  constructor(port: Port) {
    this.#port = port;
    port.onMessage((message) => this.#take(message));
    port.onClose(() => {
      this.#closed = true;
      for (const inbox of this.#inboxes.values()) inbox.fail(connectionLost());
    });
  }

  async *request(
    method: string,
    params: unknown,
    schema: GenericSchema,
    signal?: AbortSignal,
  ): AsyncGenerator<unknown, void, undefined> {
    signal?.throwIfAborted();
    if (this.#closed) throw connectionLost();
    const id = this.#nextId++;
    const inbox = new Inbox();
    this.#inboxes.set(id, inbox);
    const send = (request: Request): void => this.#port.post(request);
    const cancel = (): void => send({ id, cancel: true });
    signal?.addEventListener('abort', cancel);
    send({ id, method, params });
    try {
      for await (const value of inbox.values()) yield checked(method, schema, value);
    } catch (error) {
      throw signal?.aborted && error instanceof RemoteError && error.code === CANCELLED ? signal.reason : error;
    } finally {
      signal?.removeEventListener('abort', cancel);
      this.#inboxes.delete(id);
      // Left by its caller before the end; a closed port drops it.
      if (!inbox.ended) cancel();
    }
  }

  #take(message: unknown): void {
    const parsed = safeParse(responseSchema, message);
    if (!parsed.success) throw new Error('A message on the port is no response.');
    const response = parsed.output;
    // Late words of a request that was left.
    const inbox = this.#inboxes.get(response.id);
    if ('value' in response) inbox?.push(response.value);
    else if ('end' in response) inbox?.end();
    else inbox?.fail(new RemoteError(response.error));
  }
}

function checked(method: string, schema: GenericSchema, value: unknown): unknown {
  const parsed = safeParse(schema, value);
  if (parsed.success) return parsed.output;
  const message = `${method} answered with something else than agreed: ${JSON.stringify(flatten(parsed.issues))}`;
  throw new RemoteError({ code: 'internal', message });
}
