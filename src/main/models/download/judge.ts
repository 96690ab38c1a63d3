/** Whether a server's reply is the file, and whether it continues the part that is here. Pure. */
import { MirrorFailure } from './mirrorFailure.ts';
import type { PartFacts } from './partFacts.ts';
import type { Reply } from './transport.ts';

export interface Held {
  readonly facts: PartFacts;
  /** Bytes of the file that are here. */
  readonly size: number;
}

export interface Accepted {
  readonly totalBytes: number;
  readonly etag: string | null;
  readonly sha256: string | null;
}

type Head = Pick<Reply, 'status' | 'header' | 'sha256'>;

/** @throws MirrorFailure */
export function judge(reply: Head, url: string, held: Held): Accepted {
  const { status } = reply;
  if (status !== 200 && status !== 206) throw refusal(reply, held);
  requireFile(reply, held.facts);
  const range = status === 206 ? rangeOf(reply) : undefined;
  const totalBytes = range ? range.total : lengthOf(reply, held.facts);
  requireSize(totalBytes, held);
  if (held.size > 0) requireContinuation(reply, url, held, range);
  else if (range && range.start !== 0) throw new MirrorFailure('refused', 'it sends a part that nobody asked for');
  return { totalBytes, etag: reply.header('etag') ?? null, sha256: reply.sha256 };
}

const MOST_WAIT_MS = 60_000;

function refusal({ status, header }: Head, { size }: Held): MirrorFailure {
  if (status === 404 || status === 410) return new MirrorFailure('missing', `it does not have the file (${status})`);
  if (status === 416 && size > 0)
    return new MirrorFailure('cannot-resume', 'its file is shorter than what is here (416)');
  if (status !== 408 && status !== 429 && status < 500)
    return new MirrorFailure('refused', `it refuses the file (${status})`);
  const seconds = Number(header('retry-after'));
  const waitMs = seconds > 0 ? Math.min(1000 * seconds, MOST_WAIT_MS) : undefined;
  return new MirrorFailure('busy', `it is busy (${status})`, { waitMs });
}

/** Not a page that tells of an error or asks to log in, not packed, not another file. */
function requireFile({ header, sha256 }: Head, { item }: PartFacts): void {
  const type = header('content-type') ?? '';
  if (/^(text\/|application\/(json|xml|xhtml))/iu.test(type))
    throw new MirrorFailure('refused', `it sends a page instead of the file (${type})`);
  const encoding = header('content-encoding') ?? 'identity';
  if (encoding !== 'identity') throw new MirrorFailure('refused', `it sends the file packed (${encoding})`);
  if (item.sha256 !== undefined && sha256 !== null && item.sha256 !== sha256)
    throw new MirrorFailure('refused', 'it has another file under this name');
}

interface Range {
  readonly start: number;
  readonly total: number;
}

function rangeOf({ header }: Head): Range {
  const [, start, end, total] = /^bytes (\d+)-(\d+)\/(\d+)$/u.exec(header('content-range') ?? '') ?? [];
  const range = { start: Number(start), end: Number(end), total: Number(total) };
  if (range.start <= range.end && range.end < range.total) return range;
  throw new MirrorFailure('cannot-resume', 'it does not say which part of the file it sends');
}

function lengthOf({ header }: Head, { item }: PartFacts): number {
  const length = header('content-length');
  if (length !== undefined) return Number(length);
  // Without either nobody could tell the whole file from a part of it.
  if (item.bytes === undefined) throw new MirrorFailure('refused', 'it does not say how large the file is');
  return item.bytes;
}

function requireSize(totalBytes: number, { facts, size }: Held): void {
  const { bytes } = facts.item;
  if (bytes !== undefined && totalBytes !== bytes)
    throw new MirrorFailure('refused', `its file has ${totalBytes} bytes instead of ${bytes}`);
  if (size > 0 && totalBytes !== facts.totalBytes)
    throw new MirrorFailure('cannot-resume', 'its file has another size than the one that was begun');
}

function requireContinuation(reply: Head, url: string, { facts, size }: Held, range: Range | undefined): void {
  if (!range) throw new MirrorFailure('cannot-resume', 'it sends the file from the beginning only');
  if (range.start !== size) throw new MirrorFailure('cannot-resume', 'it sends another part than the one asked for');
  if (!isSameFile(reply, url, facts))
    throw new MirrorFailure('cannot-resume', 'its file is not the one that was begun');
}

function isSameFile({ header, sha256 }: Head, url: string, { source, item }: PartFacts): boolean {
  if (source === null) return false;
  if (sha256 !== null && source.sha256 !== null) return sha256 === source.sha256;
  const etag = header('etag');
  if (url === source.url && etag !== undefined && source.etag !== null) return etag === source.etag;
  // Not known, but the hash of the whole will tell.
  return item.sha256 !== undefined;
}
