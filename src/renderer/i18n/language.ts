/** The languages that the window speaks, and which of them a user wants. */
export const languages = ['en', 'zh'] as const;
export type Language = (typeof languages)[number];

/** The first language of the user's list that we have; English if there is none. */
export function preferredLanguage(wanted: readonly string[]): Language {
  const primary = wanted.map((tag) => tag.toLowerCase().split('-')[0]);
  return languages.toSorted((a, b) => rank(primary, a) - rank(primary, b))[0] ?? 'en';
}

function rank(wanted: readonly (string | undefined)[], language: Language): number {
  const position = wanted.indexOf(language);
  return position < 0 ? Number.MAX_SAFE_INTEGER : position;
}
