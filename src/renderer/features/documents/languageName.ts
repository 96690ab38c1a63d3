/** The name of a language in the user's own. */

/** @param code ISO 639, two or three letters; what is no such code comes back as it is */
export function languageName(code: string, locale: string): string {
  try {
    return new Intl.DisplayNames([locale], { type: 'language' }).of(code) ?? code;
  } catch {
    return code;
  }
}
