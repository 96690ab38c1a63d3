/** Moments for kills: anywhere, or while a snapshot is being written. */
import { watch } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';

/** From when the app works, milliseconds. */
const LEAST_MS = 200;
const MOST_MS = 6000;
/** Of the kills; they would hit a writing of some milliseconds too rarely by chance. */
const AIMED = 0.4;
const MOST_INTO_WRITING_MS = 15;
/** The reading is saved more often. */
const MOST_WAITING_MS = 8000;

export interface Moment {
  readonly afterMs: number;
  /** Milliseconds after the next file begins to be written; undefined: anywhere. */
  readonly intoWritingMs: number | undefined;
}

/** @param random numbers in [0, 1), of which each moment takes three */
export function drawMoment(random: () => number): Moment {
  const afterMs = Math.round(LEAST_MS + random() * (MOST_MS - LEAST_MS));
  const aimed = random() < AIMED;
  const intoWritingMs = Math.round(random() * MOST_INTO_WRITING_MS);
  return { afterMs, intoWritingMs: aimed ? intoWritingMs : undefined };
}

/** Resolves when the moment has come. */
export async function momentCome({ afterMs, intoWritingMs }: Moment, folder: string): Promise<void> {
  await delay(afterMs);
  if (intoWritingMs === undefined) return;
  await nextChange(folder);
  if (intoWritingMs > 0) await delay(intoWritingMs);
}

async function nextChange(folder: string): Promise<void> {
  const changed = Promise.withResolvers<undefined>();
  const watcher = watch(folder, () => {
    changed.resolve(undefined);
  });
  try {
    await Promise.race([changed.promise, delay(MOST_WAITING_MS)]);
  } finally {
    watcher.close();
  }
}
