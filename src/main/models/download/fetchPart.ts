/** One attempt at one mirror: continues the part that is here, or begins it. */
import type { Dispatcher } from 'undici';
import { requireSpace, type FreeBytes } from '../space.ts';
import { judge } from './judge.ts';
import { MirrorFailure, networkFailure } from './mirrorFailure.ts';
import type { PartFile } from './partFile.ts';
import type { Patience } from './patience.ts';
import { ask, drop, type Reply } from './transport.ts';
import type { Mirror } from './types.ts';

export interface FetchContext {
  readonly part: PartFile;
  readonly folder: string;
  readonly dispatcher: Dispatcher;
  readonly signal: AbortSignal;
  readonly patience: Patience;
  readonly freeBytes: FreeBytes;
  /** Bytes flow from there. */
  onSource(mirror: Mirror): void;
  onBytes(): void;
  /** Nothing flows for now. */
  onWait(): void;
}

/** Resolves when the part is complete. @throws MirrorFailure, AppError `disk-full` and the like, or the signal's reason */
export async function fetchPart(context: FetchContext, mirror: Mirror): Promise<void> {
  const { part, dispatcher, signal, patience } = context;
  const reply = await ask({ url: mirror.url, headers: rangeHeaders(part), dispatcher, signal, ...patience });
  try {
    const { totalBytes, etag, sha256 } = judge(reply, mirror.url, part);
    await requireSpace(context.folder, totalBytes - part.size, context.freeBytes);
    await part.remember({ source: { url: mirror.url, etag, sha256 }, totalBytes });
  } catch (error) {
    drop(reply.body);
    throw error;
  }
  context.onSource(mirror);
  await copyBody(context, reply.body);
}

function rangeHeaders({ size, facts: { source } }: PartFile): Record<string, string> {
  if (size === 0) return {};
  const range = { range: `bytes=${size}-` };
  // With a hash the reply is judged by that. ETags of the networks that deliver the files may differ from day to day.
  const strong = source?.sha256 === null && source.etag !== null && !source.etag.startsWith('W/');
  return strong ? { ...range, 'if-range': source.etag ?? '' } : range;
}

async function copyBody({ part, signal, onBytes }: FetchContext, body: Reply['body']): Promise<void> {
  const totalBytes = part.facts.totalBytes ?? 0;
  for await (const bytes of bytesOf(body, signal)) {
    if (part.size + bytes.length > totalBytes) {
      await part.reset();
      throw new MirrorFailure('refused', 'it sends more than the whole file');
    }
    await part.append(bytes);
    onBytes();
  }
  if (!part.complete) throw new MirrorFailure('broken', 'the connection ended before the file did');
}

/** Leaving the loop ends the connection. */
async function* bytesOf(body: Reply['body'], signal: AbortSignal): AsyncGenerator<Uint8Array> {
  const chunks = (body as AsyncIterable<Uint8Array>)[Symbol.asyncIterator]();
  try {
    for (;;) {
      const next = await chunks.next().catch((error: unknown) => {
        signal.throwIfAborted();
        throw networkFailure(error);
      });
      if (next.done === true) return;
      yield next.value;
    }
  } finally {
    drop(body);
  }
}
