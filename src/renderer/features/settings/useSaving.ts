/** Saves settings, and counts the times for the note that says so. */
import { useEffect, useState } from 'react';
import type { Settings } from '../../../main/api/settings.ts';
import { useTry } from '../../frame/useTry.ts';
import { useServices } from '../../services.ts';

export type Save = (patch: Partial<Settings>) => void;

export interface SettingsPartProps {
  readonly settings: Settings;
  readonly save: Save;
}

const SHOWN_MS = 2500;

export function useSaving(): { readonly save: Save; readonly saved: number } {
  const { app, store } = useServices();
  const attempt = useTry();
  const [saved, setSaved] = useState(0);
  useEffect(() => {
    if (saved === 0) return;
    const timer = setTimeout(() => setSaved(0), SHOWN_MS);
    return () => clearTimeout(timer);
  }, [saved]);
  const save: Save = (patch) =>
    attempt(async () => {
      const settings = await app.changeSettings(patch);
      store.setState({ settings });
      setSaved((before) => before + 1);
    });
  return { save, saved };
}
