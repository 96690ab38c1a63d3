/** Why one attempt at one mirror failed, which decides what is tried next. Never leaves the downloads. */
import { systemCode } from '../../storageFailure.ts';

export type FailureKind =
  | 'unreachable' // no connection; another mirror may do, or the network comes back
  | 'broken' // the connection broke or stalled; the same again goes on from there
  | 'busy' // the server asks to come back later
  | 'missing' // there is no such file
  | 'refused' // what it gives is not for us or not the file
  | 'cannot-resume'; // it has the file, but the part that is here cannot be continued with it

export class MirrorFailure extends Error {
  override readonly name = 'MirrorFailure';
  readonly kind: FailureKind;
  /** How long the server asks to wait. */
  readonly waitMs: number | undefined;

  constructor(kind: FailureKind, message: string, options: { cause?: unknown; waitMs?: number | undefined } = {}) {
    super(message, { cause: options.cause });
    this.kind = kind;
    this.waitMs = options.waitMs;
  }

  /** Whether the same may go well a little later. */
  get passing(): boolean {
    return this.kind === 'unreachable' || this.kind === 'broken' || this.kind === 'busy';
  }
}

const UNREACHABLE = new Set([
  ...['ENOTFOUND', 'EAI_AGAIN', 'ECONNREFUSED', 'ENETUNREACH', 'EHOSTUNREACH', 'ENETDOWN', 'ETIMEDOUT'],
  'UND_ERR_CONNECT_TIMEOUT',
]);
const STALLED = new Set(['UND_ERR_BODY_TIMEOUT', 'UND_ERR_HEADERS_TIMEOUT']);
const DISTRUSTED = /^(CERT_|ERR_TLS|ERR_SSL|UNABLE_TO_|SELF_SIGNED|DEPTH_ZERO)/u;

/** What a failure of the network means. */
export function networkFailure(cause: unknown): MirrorFailure {
  const code = systemCode(cause) ?? '';
  const detail = cause instanceof Error ? cause.message : String(cause);
  if (UNREACHABLE.has(code)) return new MirrorFailure('unreachable', `cannot be reached (${code})`, { cause });
  if (STALLED.has(code)) return new MirrorFailure('broken', 'sent nothing for too long', { cause });
  if (DISTRUSTED.test(code)) return new MirrorFailure('refused', `its certificate is not trusted (${code})`, { cause });
  return new MirrorFailure('broken', `the connection broke (${code} ${detail})`, { cause });
}
