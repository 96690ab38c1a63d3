/** What a view shows of something that the main side knows: a sign that it comes, why it did not, or it. */
import { useEffect, type ReactNode } from 'react';
import { useStore } from 'zustand/react';
import { useTexts } from '../i18n/texts.ts';
import type { Remote } from '../stores/remote.ts';
import { ErrorCard } from '../ui/ErrorCard.tsx';
import { Spinner } from '../ui/Spinner.tsx';

export interface LoadedProps<T> {
  readonly from: Remote<T>;
  readonly children: (value: T) => ReactNode;
}

export function Loaded<T>({ from, children }: LoadedProps<T>) {
  const { common } = useTexts();
  const { value, error } = useRemote(from);
  if (value !== undefined) return children(value);
  if (error === undefined) return <Spinner label={common.loading} />;
  return <ErrorCard error={error} onRetry={() => void from.refresh()} />;
}

/** Asks when the view opens. */
export function useRemote<T>(from: Remote<T>): { readonly value: T | undefined; readonly error: unknown } {
  useEffect(() => void from.refresh(), [from]);
  return useStore(from);
}
