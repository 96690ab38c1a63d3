/** Words of the command palette. */
export const palette = {
  title: 'Search',
  placeholder: 'Search everything, or type a command…',
  commands: 'Commands',
  recent: 'Recent chats',
  results: 'Results',
  nothing: (query: string) => `Nothing was found for “${query}”.`,
  found: (count: string) => (count === '1' ? '1 result' : `${count} results`),
  kinds: {
    title: 'Chats',
    message: 'Messages',
    document: 'Documents',
    text: 'Text of documents',
    summary: 'Summaries',
    question: 'Questions about documents',
    state: 'Saved states',
    folder: 'Folders',
  },
  group: (kind: string, count: string) => `${kind} (${count})`,
  /** Counting ends there. */
  orMore: (count: string) => `${count}+`,
  showMore: (kind: string) => `Show more: ${kind}`,
  page: (page: string) => `page ${page}`,
  lightTheme: 'Light appearance',
  darkTheme: 'Dark appearance',
  systemTheme: 'Appearance of the system',
  saveState: 'Save the state of this chat…',
};
