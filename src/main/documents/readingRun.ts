/** Runs one reading in the engine until it ends, is stopped or fails; an engine that dies is waited for. */
import type { EngineApi } from '../../engine/api/contract.ts';
import { CodedError } from '../../engine/api/errors.ts';
import { faultOf } from '../../engine/api/rpc/remoteError.ts';
import type { Reading } from '../api/documents.ts';
import type { EngineAccess } from '../engineAccess.ts';
import { otherModel } from './readingErrors.ts';

type ReadDocument = EngineApi['readDocument'];
export type EngineReadEvent = ReturnType<ReadDocument> extends AsyncIterable<infer E> ? E : never;

export interface ReadingRun {
  readonly engine: EngineAccess;
  readonly modelFingerprint: string;
  readonly modelName: string;
  /** What to ask of the engine, anew for each try: summaries may have come since. */
  request(): Parameters<ReadDocument>[0];
  take(event: EngineReadEvent): void;
}

export interface Ending {
  readonly status: Extract<Reading['status'], 'finished' | 'paused' | 'failed'>;
  readonly error: Reading['error'];
}

/** So often in a row the engine may die without having got any further. */
const MAX_TRIES = 3;

/** Aborting `signal` pauses: the engine saves what was read. Never rejects. */
export async function runReading(run: ReadingRun, signal: AbortSignal): Promise<Ending> {
  for (let tries = 1; ; tries++) {
    try {
      const saved = { since: false };
      try {
        return await readOnce(run, signal, saved);
      } catch (error) {
        if (saved.since) tries = 1;
        if (!isEngineDeath(error) || signal.aborted || tries >= MAX_TRIES) throw error;
      }
      await run.engine.recovered(signal);
    } catch (error) {
      return signal.aborted ? { status: 'paused', error: null } : endingOf(error);
    }
  }
}

async function readOnce(run: ReadingRun, signal: AbortSignal, saved: { since: boolean }): Promise<Ending> {
  if (run.engine.model?.fingerprint !== run.modelFingerprint) throw otherModel(run.modelName);
  let finished = false;
  for await (const event of run.engine.api.readDocument(run.request(), signal)) {
    run.take(event);
    if (event.type === 'saved') saved.since = true;
    if (event.type === 'end') finished = event.reason === 'finished';
  }
  return { status: finished ? 'finished' : 'paused', error: null };
}

const isEngineDeath = (error: unknown): boolean => ['connection-lost', 'device-lost'].includes(codeOf(error) ?? '');

/** What the user can put right, and then go on from where the reading is, is a pause. */
const PAUSING = ['storage-failed', 'disk-full', 'model-unloaded', 'snapshot-mismatch', 'out-of-memory'];

const endingOf = (error: unknown): Ending => ({
  status: PAUSING.includes(codeOf(error) ?? '') ? 'paused' : 'failed',
  error: faultOf(error),
});

const codeOf = (error: unknown): string | undefined => (error instanceof CodedError ? String(error.code) : undefined);
