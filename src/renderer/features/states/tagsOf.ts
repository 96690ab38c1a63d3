/** The tags that a user wrote in a row: separated by commas of either script, each once. */
export const tagsOf = (text: string): string[] => [
  ...new Set(
    text
      .split(/[,，、]/u)
      .map((tag) => tag.trim())
      .filter((tag) => tag !== ''),
  ),
];
