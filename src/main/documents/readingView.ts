/** A reading as a window sees it. */
import type { LoadedModel } from '../../engine/api/schemas.ts';
import type { Reading } from '../api/documents.ts';
import { sectionSummary, type Places } from './places.ts';
import type { ReadingRow, SectionRow } from './readingStore.ts';

/** @param model the one that is loaded */
export function readingView(
  row: ReadingRow,
  sections: readonly SectionRow[],
  places: Places,
  model: LoadedModel | undefined,
): Reading {
  const { id, focus, modelName, status, progress, overall, stateBytes, startedAt, finishedAt, error } = row;
  return {
    ...{ id, focus, modelName, status, progress, overall, stateBytes, startedAt, finishedAt, error },
    sections: sections.map((section) => sectionSummary(section, places)),
    usable: usableBy(row, model),
  };
}

/** Whether the model that is loaded can go on from what `modelFingerprint` stands for. */
export function usableBy(
  { modelFingerprint }: Pick<ReadingRow, 'modelFingerprint'>,
  model: LoadedModel | undefined,
): Reading['usable'] {
  if (!model) return 'no-model';
  return model.fingerprint === modelFingerprint ? 'yes' : 'other-model';
}
