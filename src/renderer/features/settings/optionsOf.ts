/** The options of a list, from their words by value. */
export const optionsOf = <T extends string>(words: Readonly<Record<T, string>>): { value: T; label: string }[] =>
  // The record's own keys, and no others.
  (Object.keys(words) as T[]).map((value) => ({ value, label: words[value] }));
