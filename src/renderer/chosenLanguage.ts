/** The language that the window speaks: the settings' own, else the first of the system's that we have. */
import type { Settings } from '../main/api/settings.ts';
import { languages, preferredLanguage, type Language } from './i18n/language.ts';

export const chosenLanguage = (settings: Settings | undefined): Language =>
  languages.find((name) => name === settings?.language) ?? preferredLanguage(navigator.languages);
