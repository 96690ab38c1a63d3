/** Brings a part to its end: mirror after mirror, with pauses that grow, until one gives the file or none will. */
import { AppError } from '../../errors.ts';
import { fetchPart, type FetchContext } from './fetchPart.ts';
import { MirrorFailure } from './mirrorFailure.ts';
import { backOff } from './patience.ts';
import type { Mirror } from './types.ts';

interface Failed {
  readonly mirror: Mirror;
  readonly failure: MirrorFailure;
}

/**
 * Resolves when the part is complete.
 * @throws AppError `offline`, `download-missing`, `download-failed`, `disk-full`, `folder-read-only`, `storage-failed`, or
 *   the signal's reason
 */
export async function fetchFile(context: FetchContext, mirrors: readonly Mirror[]): Promise<void> {
  const { part, patience, signal } = context;
  let restarted = false;
  for (let round = 1; ; round++) {
    const failed: Failed[] = [];
    for (const mirror of mirrors) {
      if (part.complete) return;
      const failure = await fromMirror(context, mirror);
      if (!failure) return;
      failed.push({ mirror, failure });
    }
    const passing = failed.some(({ failure }) => failure.passing);
    if (passing && round < patience.rounds) {
      context.onWait();
      await backOff(patience, round, signal);
      continue;
    }
    // No mirror continues what is here, though one has the file. Only now what is here is given up, and only once.
    const stuck = part.size > 0 && failed.some(({ failure }) => failure.kind === 'cannot-resume');
    if (!stuck || restarted) throw summary(failed);
    restarted = true;
    round = 0;
    await part.reset();
  }
}

/** Tries as long as it gets somewhere. Returns why it does not. */
async function fromMirror(context: FetchContext, mirror: Mirror): Promise<MirrorFailure | undefined> {
  const { part, patience, signal } = context;
  for (let idle = 0; ;) {
    const before = part.size;
    try {
      await fetchPart(context, mirror);
      return undefined;
    } catch (error) {
      if (!(error instanceof MirrorFailure)) throw error;
      idle = part.size - before >= patience.gainBytes ? 1 : idle + 1;
      if (!error.passing || error.kind === 'unreachable' || idle >= patience.tries) return error;
      context.onWait();
      await backOff(patience, idle, signal, error.waitMs);
    }
  }
}

function summary(failed: readonly Failed[]): AppError {
  const reasons = failed.map(({ mirror, failure }) => `${mirror.host}: ${failure.message}`).join('; ');
  const cause = failed.at(-1)?.failure;
  const all = (kind: MirrorFailure['kind']): boolean => failed.every(({ failure }) => failure.kind === kind);
  if (all('unreachable'))
    return new AppError('offline', `No server could be reached. ${reasons}.`, {
      cause,
      nextStep: 'Check the connection and, in the settings, the proxy. Then resume the download.',
    });
  if (all('missing'))
    return new AppError('download-missing', `The file is not there any more. ${reasons}.`, {
      cause,
      nextStep: 'Look for a newer version of Anser, or download a model by hand and add it.',
    });
  return new AppError('download-failed', `No server gave the file. ${reasons}.`, {
    cause,
    nextStep: 'Resume the download later, or choose another mirror in the settings.',
  });
}
