/** Adds a model file, with its progress. */
import { useRef, useState } from 'react';
import type { OnConflict } from '../../../main/api/models.ts';
import { useTexts } from '../../i18n/texts.ts';
import { useServices } from '../../services.ts';

export type How = 'link' | 'copy';

export interface FileToAdd {
  readonly path: string;
  readonly how: How;
  readonly onConflict?: OnConflict;
}

export interface Adding {
  /** 0 to 1 while it is under way. */
  readonly fraction: number | undefined;
  readonly error: unknown;
  add(file: FileToAdd): Promise<void>;
  stop(): void;
}

/** @param onAdded called when it is there */
export function useAdding(onAdded: () => void): Adding {
  const { models } = useTexts();
  const { app, toasts } = useServices();
  const [fraction, setFraction] = useState<number>();
  const [error, setError] = useState<unknown>();
  const abort = useRef<AbortController>(undefined);
  const add = async (file: FileToAdd): Promise<void> => {
    const mine = (abort.current = new AbortController());
    setError(undefined);
    setFraction(0);
    try {
      for await (const event of app.addModel(file, mine.signal)) {
        if (event.type === 'progress') setFraction(event.totalBytes > 0 ? event.bytes / event.totalBytes : 0);
        else {
          toasts.show({ kind: 'done', text: models.added(event.model.facts?.name ?? event.model.fileName) });
          onAdded();
        }
      }
    } catch (reason) {
      if (!mine.signal.aborted) setError(reason);
    }
    setFraction(undefined);
  };
  return { fraction, error, add, stop: () => abort.current?.abort() };
}
